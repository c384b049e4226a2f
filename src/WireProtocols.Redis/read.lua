-- Reads from the log of a topic what comes after a position.
-- KEYS: head (epoch, sequence, bytes), log (a stream)
-- ARGV: 1 and 2 the position, epoch 0 for none, 3 most entries, 4 most bytes, 5 an epoch that was never used,
--       6 how long a topic without news is remembered in ms, 7 longest time of an entry in ms
-- Returns the epoch and sequence of the head, 1 where entries may be gone, and the entries: sequence, record, sequence, record, …
local head, log = KEYS[1], KEYS[2]
local function text(number) return string.format('%.0f', number) end

local epoch = redis.call('HGET', head, 'epoch')
if not epoch then return { '0', '0', 0, {} } end
local sequence = tonumber(redis.call('HGET', head, 'sequence'))
local after = tonumber(ARGV[2])
redis.call('PEXPIRE', head, ARGV[6])
if epoch == ARGV[1] and sequence < after then
  -- The log has been set back: positions must not be given out twice.
  redis.call('DEL', log)
  redis.call('HSET', head, 'epoch', ARGV[5], 'sequence', '0', 'bytes', '0')
  return { ARGV[5], '0', 1, {} }
end

local gone = 0
if epoch ~= ARGV[1] then
  after = 0
  if ARGV[1] ~= '0' then gone = 1 end
end
local most = tonumber(ARGV[3])
local entries = {}
if most > 0 and after < sequence then
  local now = redis.call('TIME')
  local oldest = now[1] * 1000 + math.floor(now[2] / 1000) - tonumber(ARGV[7])
  local next, bytes, from = after + 1, 0, after + 1
  repeat
    -- What is too old may still be there, in front of what is not.
    local batch = redis.call('XRANGE', log, epoch .. '-' .. text(from), '+', 'COUNT', most)
    for _, entry in ipairs(batch) do
      local found = tonumber(string.match(entry[1], '%-(%d+)$'))
      from = found + 1
      if tonumber(entry[2][2]) >= oldest then
        if #entries > 0 and bytes + #entry[2][4] > tonumber(ARGV[4]) then break end
        if found > next then gone = 1 end
        next = found + 1
        bytes = bytes + #entry[2][4]
        entries[#entries + 1] = text(found)
        entries[#entries + 1] = entry[2][4]
      end
    end
  until #entries > 0 or #batch == 0
  if #entries == 0 then gone = 1 end
end
return { epoch, text(sequence), gone, entries }
