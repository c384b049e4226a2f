using System.Text.Json.Serialization;

namespace WireProtocols.Tests.ServerSentEvents;

internal sealed record Token(string Text);

internal sealed record Item(string Text, int Rank);

[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(int))]
internal sealed partial class EventStreamJson : JsonSerializerContext;
