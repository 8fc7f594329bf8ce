"""Two simulated SMS providers for one machine: one that takes free words, one that has registered templates."""

from motcua.kernel.sms_provider import SmsProvider

_SECRET = "chi-dung-khi-chay-thu"  # noqa: S105
_PRICES = {"Viettel": 350, "VinaPhone": 320, "MobiFone": 330, "*": 400}


def providers(sim_port: str) -> tuple[SmsProvider, ...]:
    """Weighted 2 to 1; both tell what became of a text."""
    here = f"http://127.0.0.1:{sim_port}/sms"
    return (
        SmsProvider(
            code="chinh",
            name="Nhà cung cấp chính (mô phỏng)",
            gateway="motcua.gateways.sms_http.HttpSms",
            url=f"{here}/messages",
            secret=_SECRET,
            weight=2,
            receipts=True,
            callback_secrets=(_SECRET,),
            prices=_PRICES,
        ),
        SmsProvider(
            code="phu",
            name="Nhà cung cấp thứ hai (mô phỏng)",
            gateway="motcua.gateways.sms_templates.TemplateSms",
            url=f"{here}/templates",
            secret=_SECRET,
            receipts=True,
            callback_secrets=(_SECRET,),
            prices={"*": 300},
            options={
                "fields": {"name": "send_sms_list", "LABELID": "1", "CONTRACTID": "1", "APIUSER": "motcua"},
                "templates": "by_kind",
            },
        ),
    )
