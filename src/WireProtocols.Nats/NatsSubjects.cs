namespace WireProtocols.Nats;

/// <summary>The subjects of topics. The name of a topic is one token: percent-encoded, full stops too.</summary>
/// <param name="prefix">The first token of all of them.</param>
internal sealed class NatsSubjects(string prefix)
{
    /// <summary>What the stream holds.</summary>
    public string Logs => $"{prefix}.log.>";

    /// <summary>What it tells of what it has taken in.</summary>
    public string News => $"{prefix}.live.>";

    /// <summary>What nodes announce.</summary>
    public string Notes => $"{prefix}.notes";

    /// <summary>Where the messages of a topic are sent to.</summary>
    public string LogOf(string topic) => $"{prefix}.log.{Encode(topic)}";

    /// <summary>Where the stream tells of them.</summary>
    public string NewsOf(string topic) => $"{prefix}.live.{Encode(topic)}";

    private static string Encode(string topic) => Uri.EscapeDataString(topic).Replace(".", "%2E", StringComparison.Ordinal);
}
