"""Registers by name, with a name server of the test's: `python -m … NAMESERVER URI…`. Ends with its input."""

import sys

import pjsua2 as pj

endpoint = pj.Endpoint()
endpoint.libCreate()
config = pj.EpConfig()
config.uaConfig.nameserver.append(sys.argv[1])
config.uaConfig.threadCnt = 1
config.logConfig.level = config.logConfig.consoleLevel = 0
endpoint.libInit(config)
transport = pj.TransportConfig()
transport.boundAddress = "127.0.0.1"
endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
endpoint.libStart()
accounts = []
for uri in sys.argv[2:]:
    account = pj.AccountConfig()
    account.idUri = account.regConfig.registrarUri = uri
    accounts.append(pj.Account())
    accounts[-1].create(account)
sys.stdin.read()
