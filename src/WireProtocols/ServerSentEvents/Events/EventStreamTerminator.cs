using System.Text;

namespace WireProtocols.ServerSentEvents;

/// <summary>Data that say that nothing follows, for instance <c>[DONE]</c>; white space around them does not matter.</summary>
/// <param name="data">The data; null where the stream simply ends.</param>
internal sealed class EventStreamTerminator(string? data)
{
    private readonly byte[]? _data = data is null ? null : Encoding.UTF8.GetBytes(data.Trim());

    /// <summary>Whether one has to come.</summary>
    public bool IsExpected => _data is not null;

    public bool IsAt(in EventStreamElement element) => _data is not null && element.Data.Trim(" \t\r\n"u8).SequenceEqual(_data);
}
