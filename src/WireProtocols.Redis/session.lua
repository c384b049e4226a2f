-- A session of wire.resume.v1 as a server keeps it. Each call is one operation of one lease, and one step for Redis.
-- KEYS: session (a hash), messages (a list: those that were handed out, then those that wait; a letter for the kind, and the bytes)
-- ARGV: 1 operation, 2 generation of the lease, 3 how long the session is kept in ms, 4… what the operation needs
-- Returns 0 and what the operation answers; 1 and the last number taken where another lease holds; 2 where the session is over.
local session, messages = KEYS[1], KEYS[2]
local operation = ARGV[1]
local function get(name) return tonumber(redis.call('HGET', session, name) or '0') end
local function keep()
  redis.call('PEXPIRE', session, ARGV[3])
  redis.call('PEXPIRE', messages, ARGV[3])
end

if operation == 'create' then
  redis.call('HSET', session, 'generation', 1)
  keep()
  return { 0, 1 }
end
if redis.call('EXISTS', session) == 0 then return { 2 } end
if operation == 'take' then
  local taken = redis.call('HINCRBY', session, 'generation', 1)
  keep()
  redis.call('PUBLISH', ARGV[4], ARGV[5] .. ' ' .. taken)
  return { 0, taken }
end
if get('generation') ~= tonumber(ARGV[2]) then return { 1, get('received') } end
if operation == 'look' then return { 0 } end
if operation == 'end' then
  redis.call('DEL', session, messages)
  redis.call('PUBLISH', ARGV[4], ARGV[5] .. ' 0')
  return { 0 }
end

keep()
local received, acknowledged, sent, bytes = get('received'), get('acknowledged'), get('sent'), get('bytes')
local function acknowledge(number)
  local count = number - acknowledged
  if count <= 0 then return end
  for _, message in ipairs(redis.call('LRANGE', messages, 0, count - 1)) do bytes = bytes - #message + 1 end
  redis.call('LTRIM', messages, count, -1)
  acknowledged, sent = number, sent - count
  redis.call('HSET', session, 'acknowledged', acknowledged, 'sent', sent, 'bytes', bytes)
end

if operation == 'renew' then return { 0 } end
if operation == 'count' then return { 0, redis.call('LLEN', messages) } end
if operation == 'accept' then
  local number = tonumber(ARGV[4])
  if number ~= received + 1 then return { 0, number <= received and 'duplicate' or 'missing' } end
  redis.call('HSET', session, 'received', number)
  return { 0, 'taken' }
end
if operation == 'resume' then
  local number = tonumber(ARGV[4])
  if number < acknowledged then return { 0, received, 'messages' } end
  if number > acknowledged + sent then return { 0, received, 'session' } end
  acknowledge(number)
  return { 0, received, 'none' }
end
if operation == 'acknowledge' then
  local number = tonumber(ARGV[4])
  if number > acknowledged + sent then return { 0, 0 } end
  acknowledge(number)
  return { 0, 1 }
end
if operation == 'append' then
  -- 4 the message, 5 most messages, 6 most bytes, 7 what happens where there is no room
  local length = #ARGV[4] - 1
  local count = redis.call('LLEN', messages)
  while count > 0 and (count >= tonumber(ARGV[5]) or bytes + length > tonumber(ARGV[6])) do
    if ARGV[7] == 'Wait' then return { 0, 'full' } end
    if ARGV[7] == 'Fail' then return { 0, 'refused' } end
    if ARGV[7] == 'DropNewest' or count == sent then return { 0, 'dropped' } end
    bytes = bytes - #redis.call('LINDEX', messages, sent) + 1
    redis.call('LSET', messages, sent, '')
    redis.call('LREM', messages, 1, '')
    redis.call('HSET', session, 'bytes', bytes)
    count = count - 1
  end
  redis.call('RPUSH', messages, ARGV[4])
  redis.call('HSET', session, 'bytes', bytes + length)
  keep()
  return { 0, 'taken' }
end

-- read: 4 the number after which, 5 most messages. Those that had no number get one now.
local after = tonumber(ARGV[4])
if after > acknowledged + sent then return { 0, -1 } end
local first = math.max(0, after - acknowledged)
local found = redis.call('LRANGE', messages, first, first + tonumber(ARGV[5]) - 1)
if first + #found > sent then redis.call('HSET', session, 'sent', first + #found) end
return { 0, acknowledged + first, found }
