import DOMPurify from "dompurify";
import { marked } from "marked";

/** What an article needs; pictures, styles and scripts it does not. */
const TAGS = ["p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6", "hr", "a", "table", "thead", "tbody", "tr", "th", "td"];

/** Markdown as people here write it; raw HTML in it is cleaned away. Headings begin below the page's own. */
export function Markdown({ text }: { text: string }) {
  const lowered = text.replace(/^(#{1,4}) /gm, "##$1 ");
  const html = DOMPurify.sanitize(marked.parse(lowered, { async: false }), { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ["href"] });
  return <div class="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
