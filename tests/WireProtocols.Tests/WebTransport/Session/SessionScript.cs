using System.Buffers;
using System.Globalization;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>
/// A server that a script of bytes talks to: <c>2=0004…</c> bytes of stream 2, with <c>!</c> its end; <c>d=00…</c> a datagram;
/// <c>~14:1f</c> a reset and <c>%3:1f</c> a stop with a code; <c>@ready</c> SETTINGS of the newest dialect, <c>@fc</c> with flow control;
/// <c>@connect</c> a request on stream 0, <c>@connect4</c> on stream 4, <c>@request4</c> one that is not answered; <c>{…}</c> capsules in a
/// DATA frame on stream 0.
/// </summary>
public sealed class SessionScript : IDisposable
{
    private readonly EventRows _rows = new();
    private readonly Dictionary<long, WebTransportSession> _sessions = [];

    public SessionScript(WebTransportConnectionOptions? options = null)
    {
        Connection = new WebTransportConnection(
            WebTransportRole.Server, Output, options ?? new WebTransportConnectionOptions { Settings = new WebTransportSettings() });
        Output.Rows.Clear();
    }

    public WebTransportConnection Connection { get; }

    public RecordingOutput Output { get; } = new();

    public IReadOnlyList<string> Rows => _rows.Rows;

    public WebTransportSession this[long id] => _sessions[id];

    public SessionScript Run(string script)
    {
        foreach (string step in script.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Step(step);
        }

        return this;
    }

    public void Dispose() => Connection.Dispose();

    /// <summary>A request for a session, encoded.</summary>
    public static string Request(string path = "/", string protocol = "webtransport-h3", params Http3Field[] more)
    {
        ArrayBufferWriter<byte> output = new();
        Http3FrameEncoder.WriteHeaders(
            [
                new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "example.com"), new(":path", path), new(
                    ":protocol", protocol), .. more,
            ], output);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    private void Step(string step)
    {
        HandOut();
        switch (step[0])
        {
            case '@' when step == "@ready":
                Step("2=0004" + "07" + "3301" + "ac7cf00001");
                break;
            case '@' when step == "@fc":
                Step("2=0004" + "10" + "3301" + "ac7cf00001" + "6b6105" + "6b6402" + "6b6502");
                break;
            case '@':
                bool accept = step.StartsWith("@connect", StringComparison.Ordinal);
                string id = step[(accept ? "@connect" : "@request").Length..];
                id = id.Length == 0 ? "0" : id;
                Step($"{id}={Request()}");
                if (accept)
                {
                    _sessions[long.Parse(id, CultureInfo.InvariantCulture)].Accept();
                }

                break;
            case '{':
                string capsules = step.Trim('{', '}');
                Step($"0=00{capsules.Length / 2:x2}{capsules}");
                break;
            case 'd':
                Connection.ReceiveDatagram(Convert.FromHexString(step[2..]));
                break;
            case '~' or '%':
                string[] parts = step[1..].Split(':');
                (long stream, long code) = (
                    long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                if (step[0] == '~')
                {
                    Connection.ReceiveReset(stream, code, parts.Length > 2 ? long.Parse(parts[2], CultureInfo.InvariantCulture) : -1);
                }
                else
                {
                    Connection.ReceiveStopSending(stream, code);
                }

                break;
            default:
                string[] sides = step.Split('=');
                Connection.ReceiveStream(
                    long.Parse(sides[0], CultureInfo.InvariantCulture), Convert.FromHexString(sides[1].TrimEnd('!')), sides[1].EndsWith('!'));
                break;
        }

        HandOut();
    }

    public void HandOut()
    {
        while (Connection.TryRead(out WebTransportEvent item))
        {
            _rows.Add(item);
            if (item.Kind == WebTransportEventKind.SessionRequested)
            {
                _sessions[item.Session!.Id] = item.Session;
            }
        }
    }
}
