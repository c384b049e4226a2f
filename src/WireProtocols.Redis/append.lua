-- Appends records to the log of a topic, tells who listens, and drops what is too old. Everything or nothing of it happens.
-- KEYS: head (epoch, sequence, bytes), log (a stream), publishers (the last number of each)
-- ARGV: 1 channel, 2 an epoch that was never used, 3 and 4 the newest position that the caller knows, 5 publisher, 6 number of its first record,
--       7 most records, 8 most bytes, 9 longest time in ms, 10 how long a topic without news is remembered in ms, 11… the records
local head, log, publishers = KEYS[1], KEYS[2], KEYS[3]
local function text(number) return string.format('%.0f', number) end

local epoch = redis.call('HGET', head, 'epoch')
local sequence = tonumber(redis.call('HGET', head, 'sequence') or '0')
local bytes = tonumber(redis.call('HGET', head, 'bytes') or '0')
if not epoch or (epoch == ARGV[3] and sequence < tonumber(ARGV[4])) then
  -- There is no log, or it has been set back: positions must not be given out twice.
  redis.call('DEL', log)
  epoch, sequence, bytes = ARGV[2], 0, 0
end

local now = redis.call('TIME')
local time = now[1] * 1000 + math.floor(now[2] / 1000)
local last = tonumber(redis.call('HGET', publishers, ARGV[5]) or '0')
local number = tonumber(ARGV[6])
for i = 11, #ARGV do
  if number > last then
    sequence = sequence + 1
    bytes = bytes + #ARGV[i]
    local id = epoch .. '-' .. text(sequence)
    redis.call('XADD', log, id, 't', text(time), 'r', ARGV[i])
    redis.call('PUBLISH', ARGV[1], id .. ' ' .. ARGV[i])
    last = number
  end
  number = number + 1
end

-- The oldest go first: by number, by size, by age.
while true do
  local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  if not oldest then
    bytes = 0
    break
  end
  local first = tonumber(string.match(oldest[1], '%-(%d+)$'))
  if sequence - first < tonumber(ARGV[7]) and bytes <= tonumber(ARGV[8]) and time - tonumber(oldest[2][2]) <= tonumber(ARGV[9]) then break end
  redis.call('XTRIM', log, 'MINID', '=', epoch .. '-' .. text(first + 1))
  bytes = math.max(0, bytes - #oldest[2][4])
end

redis.call('HSET', head, 'epoch', epoch, 'sequence', text(sequence), 'bytes', text(bytes))
redis.call('PEXPIRE', head, ARGV[10])
redis.call('PEXPIRE', log, ARGV[9])
if redis.call('HLEN', publishers) >= 4096 then redis.call('DEL', publishers) end
redis.call('HSET', publishers, ARGV[5], text(last))
redis.call('PEXPIRE', publishers, ARGV[10])
return { epoch, text(sequence) }
