"""The sandbox's people with a small book: Acme (in #acme) and Globex (in a shared channel), both maya's."""

ACCOUNTS = (
    {
        "name": "Acme",
        "crm_id": "001ACME",
        "segment": "enterprise",
        "arr": "240000",
        "renewal_date": "2027-04-30",
        "csm": "maya@example.com",
        "ae": "alex@example.com",
        "channel": "#acme",
    },
)
