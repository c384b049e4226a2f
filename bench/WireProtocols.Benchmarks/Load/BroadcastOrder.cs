using System.Globalization;

namespace WireProtocols.Benchmarks.Load;

/// <summary>What the client asks the server to send to all.</summary>
/// <param name="OneByOne">Each message to each connection in turn, or prepared and published.</param>
/// <param name="Messages">How many messages, one behind the other.</param>
/// <param name="Length">Bytes a message.</param>
public sealed record BroadcastOrder(bool OneByOne, int Messages, int Length)
{
    public static BroadcastOrder Parse(string text)
    {
        string[] parts = text.Split(' ');
        return new BroadcastOrder(
            bool.Parse(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public string Format() => string.Create(CultureInfo.InvariantCulture, $"{OneByOne} {Messages} {Length}");
}
