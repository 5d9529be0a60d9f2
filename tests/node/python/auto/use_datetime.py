from datetime import date, datetime, timedelta

d = date(2024, 2, 28) + timedelta(days=2)
print(d, d.weekday(), d.strftime("%d %b %Y"), datetime(2024, 1, 15, 10, 30).isoformat(), (date(2024, 3, 1) - date(2024, 1, 1)).days, timedelta(hours=25), d < date(2025, 1, 1))
print(datetime.strptime("2024-01-15 10:30", "%Y-%m-%d %H:%M"), repr(d))
