using System.Text;

namespace WireProtocols.Differential;

/// <summary>How frames are asked about: a message stands behind them, and who hands it out took the frames.</summary>
internal static class FrameText
{
    /// <summary>The message behind the frames.</summary>
    public const string End = "text wire-end";

    private static readonly byte[] EndFrame = [0x81, 8, .. "wire-end"u8];
    private static readonly byte[] MaskedEndFrame = [0x81, 0x88, 0, 0, 0, 0, .. "wire-end"u8];

    /// <summary>The frames and the message behind them.</summary>
    public static byte[] BytesOf(PeerQuestion question)
        => [.. Convert.FromHexString(question.Hex), .. question.From == "client" ? MaskedEndFrame : EndFrame];

    /// <summary>A message as a line.</summary>
    public static string Of(bool isText, ReadOnlySpan<byte> payload)
        => isText ? $"text {Encoding.UTF8.GetString(payload)}" : $"binary {Convert.ToHexStringLower(payload)}";

    /// <summary>Whether the frames were taken: the message behind them came, or a Close was taken for one.</summary>
    public static bool IsAccepted(IReadOnlyList<string> got)
        => got is [.., var last] && (last == End || last.StartsWith("close", StringComparison.Ordinal));

    /// <summary>Without the message that was added.</summary>
    public static IReadOnlyList<string> Without(IReadOnlyList<string> got) => [.. got.Where(g => g != End)];
}
