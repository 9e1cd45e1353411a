-- Health of a CitusMigration for Argo CD (gopher-lua, Lua 5.1): `obj` is the resource.
-- Healthy lets a sync wave go on, Degraded fails the sync, Progressing and Suspended keep it waiting.
local metadata = obj.metadata or {}
local spec = obj.spec or {}
local status = obj.status or {}

local function health(name, message)
  return { status = name, message = message or "" }
end

if metadata.deletionTimestamp ~= nil then
  return health("Progressing", "Pending deletion")
end
if spec.suspend == true then
  return health("Suspended", "spec.suspend is true: new runs are held back")
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local function is(type, value)
  return conditions[type] ~= nil and conditions[type].status == value
end
-- A condition that was written for an older spec says nothing of this one.
local function isOfThisSpec(type)
  local condition = conditions[type]
  return condition ~= nil
    and (condition.observedGeneration == nil or condition.observedGeneration == metadata.generation)
end

local isObserved = status.observedGeneration ~= nil and status.observedGeneration == metadata.generation

if isObserved and is("Stalled", "True") then
  return health("Degraded", conditions.Stalled.message)
end
if isObserved and is("Ready", "True") then
  return health("Healthy", conditions.Ready.message)
end
-- A gate that is closed waits for a person, a time or another environment, not for the controller.
if is("GateOpen", "False") and isOfThisSpec("GateOpen") then
  return health("Suspended", conditions.GateOpen.message)
end
if is("Reconciling", "True") and isOfThisSpec("Reconciling") then
  return health("Progressing", conditions.Reconciling.message)
end
return health("Progressing", "waiting for the controller to look at generation " .. tostring(metadata.generation))
