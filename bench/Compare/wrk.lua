-- What bench/Compare asks of wrk: arguments are depth, method and body; the last line of output is for the harness.
-- The request is built once, before the clock starts, so that the load generator has nothing to do but send it.
local plain = wrk.init

wrk.init = function(args)
  local depth = tonumber(args[1]) or 1
  wrk.method = args[2] or "GET"
  if args[3] then
    wrk.body = args[3]
    wrk.headers["Content-Type"] = "application/json"
  end
  plain(args)
  if depth > 1 then
    local batch = string.rep(wrk.request(), depth)
    wrk.request = function() return batch end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %.0f %.0f %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
