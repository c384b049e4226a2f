using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Cli;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.MsQuic;
using WireProtocols.Tests.WebTransport;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire serve --webtransport 0`, with the test as its carrier.</summary>
public class ServeWebTransportTests
{
    private const int Open = 0, Stream = 1, StreamEnd = 2, Datagram = 3, Reset = 4, Close = 6;

    [Fact]
    public async Task A_session_is_echoed_and_closed_when_the_server_stops()
    {
        await using Server server = await Server.StartAsync();
        using Carrier carrier = await Carrier.ConnectAsync(server.Port);
        carrier.Send(Open, 0, 1200);
        Assert.Equal((Stream, 3), await carrier.ReceiveHeadAsync());
        carrier.Send(Stream, 2, 0, "00040733" + "01" + "ac7cf00001");
        carrier.Send(Stream, 0, 0, SessionScript.Request("/echo"));
        Assert.Equal((Stream, 0), await carrier.ReceiveHeadAsync());
        carrier.Send(Datagram, 0, 0, "0061");
        Assert.Equal($"{Datagram} 0 0 0061", await carrier.ReceiveAsync());
        carrier.Send(Stream, 4, 0, "40410062");
        Assert.Equal($"{Stream} 4 0 62", await carrier.ReceiveAsync());
        carrier.Send(StreamEnd, 4, 0);
        Assert.Equal($"{StreamEnd} 4 0 ", await carrier.ReceiveAsync());
        carrier.Send(Stream, 8, 0, "40410063");
        Assert.Equal($"{Stream} 8 0 63", await carrier.ReceiveAsync());
        carrier.Send(Reset, 8, 0x52e4a40fa8f8);
        Assert.Equal($"{Reset} 8 {0x52e4a40fa8f8} ", await carrier.ReceiveAsync());
        await server.StopAsync();
        Assert.Equal($"{Stream} 3 0 070104", await carrier.ReceiveAsync());
        Assert.StartsWith($"{StreamEnd} 0 0 00", await carrier.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Null(await carrier.ReceiveAsync());
    }

    [Theory]
    [InlineData("/echo?close=7&reason=so%20long", "0061")]
    [InlineData("/echo?reject=403", null)]
    [InlineData("/echo?drain", null)]
    public async Task The_query_of_the_path_asks_for_more(string path, string? datagram)
    {
        await using Server server = await Server.StartAsync();
        using Carrier carrier = await Carrier.ConnectAsync(server.Port);
        carrier.Send(Open, 0, 1200);
        await carrier.ReceiveAsync();
        carrier.Send(Stream, 2, 0, "00040733" + "01" + "ac7cf00001");
        carrier.Send(Stream, 0, 0, SessionScript.Request(path));
        string? answer = await carrier.ReceiveAsync();
        if (path.Contains("reject", StringComparison.Ordinal))
        {
            Assert.StartsWith($"{StreamEnd} 0 0 01", answer, StringComparison.Ordinal);
        }
        else if (datagram is not null)
        {
            carrier.Send(Datagram, 0, 0, datagram);
            Assert.Equal($"{Datagram} 0 0 {datagram}", await carrier.ReceiveAsync());
            Assert.Equal($"{StreamEnd} 0 0 000e68430b00000007" + Convert.ToHexStringLower("so long"u8), await carrier.ReceiveAsync());
        }
        else
        {
            Assert.Equal($"{Stream} 0 0 0005800078ae00", await carrier.ReceiveAsync());
        }
    }

    [Theory]
    [InlineData(Stream)]
    [InlineData(7)]
    public async Task A_carrier_that_does_not_begin_with_open_is_let_go(int kind)
    {
        await using Server server = await Server.StartAsync();
        using Carrier carrier = await Carrier.ConnectAsync(server.Port);
        carrier.Send(kind, 0, 0);
        carrier.EndSending();
        Assert.Null(await carrier.ReceiveAsync());
    }

    [Fact]
    public async Task A_violation_closes_the_connection_with_its_code()
    {
        await using Server server = await Server.StartAsync();
        using Carrier carrier = await Carrier.ConnectAsync(server.Port);
        carrier.Send(Open, 0, 1200);
        await carrier.ReceiveAsync();
        carrier.Send(Stream, 2, 0, "000000");
        Assert.StartsWith($"{Close} 0 {0x10a} ", await carrier.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Null(await carrier.ReceiveAsync());
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task A_port_that_is_none_is_a_usage_error(string port)
        => Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "serve", "--webtransport", port)).Status);

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_of_input_and_output()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        StringWriter error = new();
        ToolIO io = new() { Input = System.IO.Stream.Null, Output = System.IO.Stream.Null, Error = error };
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Equal(ExitStatus.InputOutput, await WireTool.RunAsync(["serve", "--port", "0", "--webtransport", $"{port}"], io));
        Assert.Contains($"cannot wait for carriers on port {port}", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "--port", "0", "--webtransport-quic", "0")]
    [InlineData("connect", "https://127.0.0.1:1/", "--webtransport")]
    public async Task Without_libmsquic_one_sentence_says_so_and_the_status_is_that_of_usage(params string[] arguments)
    {
        Assert.SkipWhen(MsQuicLibrary.IsSupported, "libmsquic is installed here, so nothing is missing.");
        StringWriter error = new();
        ToolIO io = new() { Input = System.IO.Stream.Null, Output = System.IO.Stream.Null, Error = error };
        Assert.Equal(ExitStatus.Usage, await WireTool.RunAsync(arguments, io));
        Assert.Contains($"needs libmsquic. {MsQuicLibrary.Missing}", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_made_on_the_fly_is_one_that_browsers_take_by_its_hash()
    {
        using X509Certificate2 certificate = ServerCertificate.Get(null, null)[0];
        Assert.InRange(certificate.NotAfter - certificate.NotBefore, TimeSpan.FromDays(1), TimeSpan.FromDays(14));
        Assert.True(certificate.NotBefore < DateTime.Now && certificate.NotAfter > DateTime.Now);
        using ECDsa? key = certificate.GetECDsaPrivateKey();
        Assert.Equal("1.2.840.10045.3.1.7", key!.ExportParameters(false).Curve.Oid.Value);
        Assert.True(certificate.MatchesHostname("localhost") && certificate.MatchesHostname("127.0.0.1"));
    }

    [Fact]
    public void A_certificate_comes_from_PEM_files_with_what_stands_behind_it()
    {
        using X509Certificate2 own = ServerCertificate.Create(TimeProvider.System);
        using X509Certificate2 other = ServerCertificate.Create(TimeProvider.System);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("wire-certificate-");
        string certificate = Path.Combine(folder.FullName, "cert.pem"), key = Path.Combine(folder.FullName, "key.pem");
        File.WriteAllText(certificate, $"{own.ExportCertificatePem()}\n{other.ExportCertificatePem()}\n");
        File.WriteAllText(key, own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        X509Certificate2Collection all = ServerCertificate.Get(certificate, key);
        Assert.Equal([own.Thumbprint, other.Thumbprint], all.Select(c => c.Thumbprint));
        Assert.True(all[0].HasPrivateKey);
        Assert.Throws<ToolException>(() => ServerCertificate.Get(certificate, null));
        Assert.Throws<ToolException>(() => ServerCertificate.Get(null, key));
        folder.Delete(recursive: true);
    }

    private sealed class Server : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task<int>? _running;

        public int Port { get; private set; }

        public static async Task<Server> StartAsync()
        {
            Server server = new();
            TwoLines output = new();
            server._running = WireTool.RunAsync(
                ["serve", "--port", "0", "--webtransport", "0"],
                new ToolIO { Input = System.IO.Stream.Null, Output = output, Error = TextWriter.Null }, server._stop.Token);
            string[] lines = await output.Lines;
            Assert.StartsWith("Listening on http://127.0.0.1:", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("Waiting for QUIC carriers on 127.0.0.1:", lines[1], StringComparison.Ordinal);
            server.Port = int.Parse(lines[1][(lines[1].LastIndexOf(':') + 1)..], null);
            return server;
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            Assert.Equal(ExitStatus.Ok, await _running!);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }
    }

    private sealed class TwoLines : MemoryStream
    {
        private readonly TaskCompletionSource<string[]> _lines = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string[]> Lines => _lines.Task;

        public override void Flush()
        {
            string[] lines = Encoding.UTF8.GetString(ToArray()).Split('\n');
            if (lines.Length > 2)
            {
                _lines.TrySetResult(lines);
            }
        }
    }

    /// <summary>The other end of the TCP connection.</summary>
    private sealed class Carrier : IDisposable
    {
        private readonly TcpClient _client = new();
        private readonly List<byte> _input = [];
        private NetworkStream? _stream;

        public static async Task<Carrier> ConnectAsync(int port)
        {
            Carrier carrier = new();
            await carrier._client.ConnectAsync(IPAddress.Loopback, port);
            carrier._stream = carrier._client.GetStream();
            return carrier;
        }

        public void Send(int kind, long streamId, long value, string payload = "")
        {
            byte[] bytes = Convert.FromHexString(payload);
            ArrayBufferWriter<byte> message = new();
            foreach (long part in (long[])[kind, streamId, value, bytes.Length])
            {
                QuicVarInt.Encode(part, message.GetSpan(8), out int written);
                message.Advance(written);
            }

            message.Write(bytes);
            _stream!.Write(message.WrittenSpan);
        }

        public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

        public async Task<(int Kind, int StreamId)> ReceiveHeadAsync()
        {
            string[] parts = (await ReceiveAsync())!.Split(' ');
            return (int.Parse(parts[0], null), int.Parse(parts[1], null));
        }

        /// <summary>The next message as <c>kind stream value payload</c>, or null at the end.</summary>
        public async Task<string?> ReceiveAsync()
        {
            byte[] buffer = new byte[4096];
            while (true)
            {
                if (TryTake() is { } message)
                {
                    return message;
                }

                int read;
                try
                {
                    read = await _stream!.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
                }
                catch (IOException)
                {
                    // What the tool had not read when it closed the connection makes that a reset.
                    return null;
                }

                if (read == 0)
                {
                    return null;
                }

                _input.AddRange(buffer.AsSpan(0, read));
            }
        }

        public void Dispose() => _client.Dispose();

        private string? TryTake()
        {
            byte[] input = [.. _input];
            long[] values = new long[4];
            int at = 0;
            for (int i = 0; i < 4; i++)
            {
                if (QuicVarInt.Decode(input.AsSpan(at), out values[i], out int length) != OperationStatus.Done)
                {
                    return null;
                }

                at += length;
            }

            if (input.Length - at < values[3])
            {
                return null;
            }

            string payload = Convert.ToHexStringLower(input.AsSpan(at, (int)values[3]));
            _input.RemoveRange(0, at + (int)values[3]);
            return $"{values[0]} {values[1]} {values[2]} {payload}";
        }
    }
}
