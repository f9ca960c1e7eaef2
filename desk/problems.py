"""Problem documents (RFC 9457). `code` is stable and part of the API; the catalogue below is all there are.

Call control adds the codes of `CallControlError`, which come from the switchboard.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its HTTP status and what a person is told, in both languages."""

    status: int
    id: str
    en: str


CATALOGUE: Mapping[str, Kind] = {
    "not_signed_in": Kind(401, "Silakan masuk terlebih dahulu.", "Please sign in first."),
    "wrong_credentials": Kind(401, "Nama pengguna atau kata sandi salah.", "Wrong user name or password."),
    "directory_away": Kind(
        503,
        "Direktori kantor (LDAP) sedang tidak menjawab. Coba lagi nanti; akun dengan kata sandi di sini tetap masuk.",
        "The office's directory (LDAP) does not answer just now. Try again later; accounts with a password here go on.",
    ),
    "too_many_attempts": Kind(
        429, "Terlalu banyak percobaan masuk. Coba lagi nanti.", "Too many attempts. Try again later."
    ),
    "too_many_sockets": Kind(
        429,
        "Terlalu banyak halaman terbuka dengan akun ini. Tutup beberapa di antaranya.",
        "Too many pages are open with this account. Close some of them.",
    ),
    "too_slow": Kind(408, "Permintaan datang terlalu lambat.", "The request came too slowly."),
    "too_many_requests": Kind(
        429, "Terlalu banyak permintaan. Coba lagi nanti.", "Too many requests. Try again later."
    ),
    "wrong_password": Kind(403, "Kata sandi lama tidak cocok.", "The old password does not match."),
    "second_factor_needed": Kind(
        401,
        "Masukkan dulu kode dari aplikasi autentikator, atau pakai kunci sandi (passkey).",
        "Give the code of your authenticator app, or use your passkey, first.",
    ),
    "second_factor_missing": Kind(
        403,
        "Peran Anda membutuhkan faktor kedua. Siapkan dulu di halaman ini.",
        "Your role needs a second factor. Set one up first.",
    ),
    "new_password_needed": Kind(
        403,
        "Kata sandi pertama dibuat oleh orang lain. Ganti dulu dengan kata sandi Anda sendiri.",
        "Somebody else chose your first password. Choose one of your own first.",
    ),
    "wrong_code": Kind(403, "Kode atau kunci sandi ini tidak cocok.", "This code or passkey does not fit."),
    "proof_needed": Kind(
        403, "Masukkan kata sandi Anda sekali lagi untuk hal ini.", "Give your password once more for this."
    ),
    "no_passkey_here": Kind(
        409,
        "Kunci sandi (passkey) hanya dapat dipakai bila halaman dibuka dengan nama, bukan dengan alamat IP.",
        "Passkeys work only where the pages are opened by a name, not by an IP address.",
    ),
    "factor_needed": Kind(
        409,
        "Peran Anda membutuhkan faktor kedua; yang terakhir tidak dapat dihapus.",
        "Your role needs a second factor; the last one cannot be removed.",
    ),
    "forbidden": Kind(403, "Peran Anda tidak mengizinkan hal ini.", "Your role does not allow this."),
    "not_open_here": Kind(
        403,
        "Alamat ini tidak dibuka untuk jaringan asal Anda; admin membukanya di setelan.",
        "This is not open to the network you come from; the admin opens it in the settings.",
    ),
    "wrong_origin": Kind(
        403,
        "Permintaan ini tidak berasal dari halaman layanan ini.",
        "This request does not come from this service's own pages.",
    ),
    "not_found": Kind(404, "Tidak ditemukan.", "Not found."),
    "method_not_allowed": Kind(405, "Metode tidak diizinkan di alamat ini.", "Method not allowed here."),
    "conflict": Kind(
        409, "Orang lain sudah mengubah isian yang sama.", "Somebody else has changed the same field meanwhile."
    ),
    "one_already": Kind(409, "Keduanya sudah dianggap satu.", "These are joined already."),
    "cannot_go_on": Kind(
        409,
        "Panggilan ini tidak dapat dilanjutkan pada tiket itu: keduanya harus masih terbuka.",
        "This call cannot go on with that ticket: both must still be open.",
    ),
    "not_allowed": Kind(409, "Langkah ini belum boleh dilakukan.", "This step is not allowed now."),
    "taken": Kind(409, "Nama pengguna sudah dipakai.", "The user name is taken."),
    "cell_exists": Kind(409, "Sel ini sudah ada di dalam matriks.", "The matrix has this cell already."),
    "cell_changed": Kind(
        409,
        "Sel ini baru saja diubah orang lain. Periksa isinya, lalu simpan lagi.",
        "Somebody has just edited this cell. Look at it, and save again.",
    ),
    "article_changed": Kind(
        409,
        "Usulan ini sudah diputuskan, atau artikelnya baru saja berubah. Baca lagi, lalu putuskan.",
        "This proposal is decided already, or the article has just changed. Read it again, then decide.",
    ),
    "last_category": Kind(
        409,
        "Setiap jenis harus punya paling sedikit satu kategori yang dipakai.",
        "Each kind needs at least one category in use.",
    ),
    "own_account": Kind(
        409,
        "Untuk akun Anda sendiri lakukan ini di halaman Akun saya.",
        "For your own account, do this on the page My account.",
    ),
    "last_admin": Kind(409, "Harus ada paling sedikit satu admin aktif.", "One active admin must remain."),
    "too_large": Kind(413, "Isi permintaan terlalu besar.", "The request body is too large."),
    "not_json": Kind(
        415, "Kirim sebagai Content-Type: application/json.", "Send this as Content-Type: application/json."
    ),
    "not_a_file": Kind(
        415,
        "Kirim sebagai Content-Type: application/octet-stream.",
        "Send this as Content-Type: application/octet-stream.",
    ),
    "sealed": Kind(
        503,
        "Kunci untuk membukanya tidak ada di server ini. Beri tahu admin; untuk masuk, pakai kode pemulihan atau kunci "
        "sandi (passkey).",
        "The key to open this is not on this server. Tell the admin; to sign in, use a recovery code or a passkey.",
    ),
    "recording_sealed": Kind(
        503,
        "Rekaman ini terenkripsi dengan kunci yang tidak ada, atau berkasnya rusak. Beri tahu admin.",
        "This recording is encrypted with a key that is not there, or its file is damaged. Tell the admin.",
    ),
    "vehicle_source_down": Kind(
        503, "Sumber data kendaraan sedang tidak menjawab.", "The source of vehicle data does not answer just now."
    ),
    "import_running": Kind(409, "Impor lain sedang berjalan.", "Another import is running."),
    "malformed": Kind(400, "Isi permintaan bukan JSON yang benar.", "The request body is not well-formed JSON."),
    "invalid": Kind(422, "Ada isian yang belum benar.", "Some fields are not right."),
    "bad_request": Kind(400, "Permintaan tidak dapat dimengerti.", "The request cannot be understood."),
    "internal": Kind(
        500,
        "Terjadi kesalahan di layanan. Sebutkan nomor permintaan ini kepada admin.",
        "Something went wrong in the service. Give this request's number to the admin.",
    ),
    "unavailable": Kind(503, "Layanan sedang tidak tersedia.", "The service is not available just now."),
}


class Problem(Exception):
    """Raised anywhere below a handler; the outermost middleware turns it into the answer.

    `extra` becomes members of the document (RFC 9457, section 3.2), `headers` go out with it.
    """

    def __init__(self, code: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = extra

    @property
    def status(self) -> int:
        """The HTTP status of this kind of problem."""
        return CATALOGUE[self.code].status


def document(problem: Problem, request_id: str) -> web.Response:
    """The answer for a problem of the catalogue."""
    kind = CATALOGUE[problem.code]
    body = {"title": kind.en, "message": {"id": kind.id, "en": kind.en}, **problem.extra}
    if problem.detail:
        body["detail"] = problem.detail
    return respond(kind.status, problem.code, body, request_id, problem.headers)


def respond(
    status: int, code: str, members: Mapping[str, Any], request_id: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An `application/problem+json` answer; `instance` carries the request's number."""
    fixed = {"type": f"/problems/{code}", "status": status, "code": code, "instance": f"urn:uuid:{request_id}"}
    return web.Response(
        status=status,
        body=json.dumps({**fixed, **members}, ensure_ascii=False).encode(),
        content_type="application/problem+json",
        headers=headers,
    )
