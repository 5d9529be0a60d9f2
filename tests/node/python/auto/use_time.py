import time

print(time.time() > 1e9, time.perf_counter() > 0, time.monotonic() > 0, time.process_time() >= 0, type(time.time()), type(time.perf_counter()), time.time_ns() > 10**18)
t = time.gmtime(0)
print(t, t.tm_year, t[0], time.strftime("%Y-%m-%d %H:%M:%S", t), time.strftime("%A %d %B %Y", t), time.strftime("%j %y %b %a %I %p", time.gmtime(86400 * 45 + 50000)))
start = time.time()
time.sleep(0.01)
print(0.009 < time.time() - start < 2)
print(time.strftime("%d/%m/%y", time.strptime("2024-02-03", "%Y-%m-%d")))
