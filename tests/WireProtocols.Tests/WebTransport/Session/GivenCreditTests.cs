using System.Globalization;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>
/// What is sent to a client that keeps to the limits of SETTINGS, and of the capsules that raise them, whether or not it declares limits of its own:
/// as Safari does (github.com/moq-dev/moq/issues/2417). It must never come to a stop.
/// </summary>
public sealed class GivenCreditTests
{
    /// <summary>SETTINGS of clients with datagrams: of the newest dialect, of drafts -13 and -14, and of one that announces nothing.</summary>
    private const string Draft15 = "3301" + "ac7cf00001";
    private const string Draft13 = "3301" + "94e9cd2901";
    private const string Nothing = "3301";

    /// <summary>Limits of one byte of each kind of a client's own.</summary>
    private const string Declared = "6b6101" + "6b6401" + "6b6501";

    private static readonly WebTransportConnectionOptions Options = new()
    {
        Settings = new WebTransportSettings { InitialMaxData = 10, InitialMaxStreamsUni = 2, InitialMaxStreamsBidi = 2 },
        DataWindow = 10,
        StreamWindow = 2,
    };

    [Theory]
    [InlineData(Draft15 + Declared, "webtransport-h3")]
    [InlineData(Draft15, "webtransport-h3")]
    [InlineData(Draft13, "webtransport")]
    [InlineData(Nothing, "webtransport")]
    public void A_client_that_keeps_to_what_it_was_told_never_comes_to_a_stop(string settings, string protocol)
    {
        using SessionScript server = Open(settings, protocol);
        Client client = new();
        for (int stream = 0; stream < 40; stream++)
        {
            // A unidirectional stream of this session with one byte, as often as the client may, and then its end.
            client.Hear(server.Output.Rows);
            Assert.True(client.MayOpen(), $"no stream {stream}");
            string id = (6 + (4 * stream)).ToString(CultureInfo.InvariantCulture);
            server.Run($"{id}=405400");
            for (int count = 0; count < 7; count++)
            {
                client.Hear(server.Output.Rows);
                Assert.True(client.MaySend(), $"no byte {count} of stream {stream}");
                server.Run($"{id}=61");
            }

            server.Run($"{id}=!");
        }

        Assert.DoesNotContain(server.Rows, r => r.StartsWith("violation", StringComparison.Ordinal));
        Assert.Equal(40, server.Rows.Count(r => r.StartsWith("finished", StringComparison.Ordinal)));
    }

    /// <summary>Chromium's dialects have no limits of sessions, and no capsules for them.</summary>
    [Theory]
    [InlineData("3301" + "ab60374201")]
    [InlineData("3301" + "c0000000c671706a01")]
    public void A_client_of_older_dialects_is_told_nothing(string settings)
    {
        using SessionScript server = Open(settings, "webtransport");
        server.Run("6=40540061616161616161616161616161616161616161 6=!");
        Assert.DoesNotContain(server.Output.Rows, r => r.Contains("990b4d", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Rows, r => r.StartsWith("violation", StringComparison.Ordinal));
    }

    [Fact]
    public void A_client_that_declares_nothing_is_not_held_to_limits()
    {
        using SessionScript server = Open(Draft15, "webtransport-h3");
        server.Run("6=405400" + string.Concat(Enumerable.Repeat("61", 50)));
        server.Run("10=405400 14=405400 18=405400");
        Assert.DoesNotContain(server.Rows, r => r.StartsWith("violation", StringComparison.Ordinal));
        Assert.Equal(4, server.Rows.Count(r => r.StartsWith("stream 0 ", StringComparison.Ordinal)));
    }

    /// <summary>Safari takes a server whose three limits are declared beside the number of sessions, and no other.</summary>
    [Fact]
    public void The_settings_that_are_announced_by_default_declare_every_limit()
    {
        Http3Settings settings = new WebTransportConnectionOptions().Settings.ToHttp3();
        Assert.True(settings.Get(WebTransportSettingId.MaxSessionsDraft13) > 1);
        Assert.True(settings.Get(WebTransportSettingId.InitialMaxData) >= 64 * 1024);
        Assert.True(settings.Get(WebTransportSettingId.InitialMaxStreamsBidi) >= 16);
        Assert.True(settings.Get(WebTransportSettingId.InitialMaxStreamsUni) >= 16);
    }

    private static SessionScript Open(string settings, string protocol)
    {
        SessionScript server = new(Options);
        server.Run($"2=0004{settings.Length / 2:x2}{settings} 0={SessionScript.Request(protocol: protocol)}");
        server[0].Accept();
        server.HandOut();
        return server;
    }

    /// <summary>Counts what it sends against what it was told, from the capsules that the server sent on stream 0.</summary>
    private sealed class Client
    {
        private long _maxData = 10;
        private long _maxStreams = 2;
        private long _sent;
        private long _opened;

        public void Hear(IEnumerable<string> rows)
        {
            foreach (string row in rows.Where(r => r.StartsWith("stream 0 00", StringComparison.Ordinal)))
            {
                _maxData = Math.Max(_maxData, Find(row, "990b4d3d"));
                _maxStreams = Math.Max(_maxStreams, Find(row, "990b4d40"));
            }
        }

        public bool MaySend() => ++_sent <= _maxData;

        public bool MayOpen() => ++_opened <= _maxStreams;

        /// <summary>The number in a capsule: its length is one byte, its value a varint.</summary>
        private static long Find(string row, string type)
        {
            int at = row.IndexOf(type, StringComparison.Ordinal);
            if (at < 0)
            {
                return 0;
            }

            byte[] value = Convert.FromHexString(row.AsSpan(at + type.Length + 2, 2 * Convert.ToInt32(row.Substring(at + type.Length, 2), 16)));
            return value.Skip(1).Aggregate(value[0] & 0x3fL, (sum, next) => (sum << 8) | next);
        }
    }
}
