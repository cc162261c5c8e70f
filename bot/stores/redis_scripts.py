"""Lua that redis runs as one step each; numbers are milliseconds and lengths."""

from __future__ import annotations

_PUSH = """
local function push(first)
  -- A Lua call takes a limited number of arguments.
  for i = first, #ARGV, 5000 do
    redis.call('RPUSH', KEYS[1], unpack(ARGV, i, math.min(i + 4999, #ARGV)))
  end
end
"""

APPEND = f"""{_PUSH}
-- KEYS: list. ARGV: expected length, expiry (0: never), records. Gives -1, or the length when it is another.
local length = redis.call('LLEN', KEYS[1])
if length ~= tonumber(ARGV[1]) then return length end
push(3)
if tonumber(ARGV[2]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return -1
"""

REPLACE = f"""{_PUSH}
-- KEYS: list. ARGV: expiry (0: never), records.
redis.call('DEL', KEYS[1])
push(2)
if tonumber(ARGV[1]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 1
"""

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

JOIN = f"""{_NOW}
-- KEYS: line (list of tickets), alive (ticket -> until when). ARGV: ticket, lease. Gives 1 to who is first.
local ticket, lease = ARGV[1], tonumber(ARGV[2])
if redis.call('HEXISTS', KEYS[2], ticket) == 0 then redis.call('RPUSH', KEYS[1], ticket) end
redis.call('HSET', KEYS[2], ticket, now + lease)
-- Whoever dies last leaves nothing behind: both keys go with the last lease.
redis.call('PEXPIRE', KEYS[1], lease)
redis.call('PEXPIRE', KEYS[2], lease)
while true do
  local head = redis.call('LINDEX', KEYS[1], 0)
  if not head then
    redis.call('RPUSH', KEYS[1], ticket)
    head = ticket
  end
  if head == ticket then return 1 end
  local till = tonumber(redis.call('HGET', KEYS[2], head) or 0)
  if till > now then return 0 end
  redis.call('LPOP', KEYS[1])
  redis.call('HDEL', KEYS[2], head)
end
"""

RENEW = f"""{_NOW}
-- KEYS, ARGV: as above. Gives 1, or 0 to who is not the holder any more.
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], now + tonumber(ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
"""

LEAVE = """
-- KEYS: line, alive. ARGV: ticket. Takes only this ticket out, wherever it stands.
redis.call('LREM', KEYS[1], 0, ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
"""
