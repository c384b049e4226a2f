using System.Text.Json.Serialization;

namespace WireProtocols.Tests.Ndjson;

/// <summary>What the typed tests read and write.</summary>
public sealed record Sample([property: JsonRequired] int Id, string? Name = null, Sample? Inner = null);

/// <summary>Source-generated metadata, as an application would have it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
public sealed partial class SampleContext : JsonSerializerContext;
