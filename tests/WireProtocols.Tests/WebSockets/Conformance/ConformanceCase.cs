using System.Text;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>One behaviour: what the peer sends, and all that it gets, the Close included.</summary>
/// <param name="Name">The numbers of the case, as "5.3-5.5" where several differ in the writes alone, and what it is about.</param>
/// <param name="Sent">The frames of the peer.</param>
/// <param name="Answered">What comes back, in order.</param>
public sealed record ConformanceCase(string Name, RawFrame[] Sent, RawFrame[] Answered)
{
    /// <summary>The code that stands for "an empty Close".</summary>
    private const int NoCode = 0;

    public override string ToString() => Name;

    /// <summary>The peer closes with 1000 after its frames, and is answered.</summary>
    public static ConformanceCase Good(string name, RawFrame[] sent, params RawFrame[] answered)
        => new(name, [.. sent, RawFrame.Close(1000)], [.. answered, RawFrame.Close(1000)]);

    /// <summary>The connection fails with the code, after the answers to what came before.</summary>
    public static ConformanceCase Bad(string name, int code, RawFrame[] sent, params RawFrame[] answered)
        => new(name, sent, [.. answered, code == NoCode ? RawFrame.Close([]) : RawFrame.Close(code)]);

    public static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    public static string Stars(int length) => new StringBuilder().Append('*', length).ToString();

    /// <summary>A message cut into fragments of a length.</summary>
    public static RawFrame[] Fragments(RawFrame message, int length)
    {
        List<RawFrame> fragments = [];
        for (int at = 0; at < message.Payload.Length; at += length)
        {
            byte[] piece = message.Payload[at..Math.Min(message.Payload.Length, at + length)];
            fragments.Add(new RawFrame(at == 0 ? message.Opcode : 0, piece, at + length >= message.Payload.Length, at == 0 ? message.Rsv : 0));
        }

        return [.. fragments];
    }
}
