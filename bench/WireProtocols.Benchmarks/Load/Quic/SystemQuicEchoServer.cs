extern alias wire;

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Quic;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using wire::WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>The platform's QUIC: WebTransport over <see cref="SystemQuicCarrier"/>, or its streams as they are.</summary>
[SuppressMessage("Interoperability", "CA1416", Justification = "It is started where the platform says that it has QUIC.")]
internal sealed class SystemQuicEchoServer : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly QuicListener _listener;
    private readonly X509Certificate2 _certificate;
    private readonly bool _isRaw;

    private SystemQuicEchoServer(QuicListener listener, X509Certificate2 certificate, bool isRaw)
    {
        _listener = listener;
        _certificate = certificate;
        _isRaw = isRaw;
    }

    /// <summary>Listens, and says where.</summary>
    public static async Task<IAsyncDisposable> StartAsync(bool isRaw)
    {
        X509Certificate2 certificate = ServerCertificate.Create(TimeProvider.System);
        QuicListener listener = await QuicListener.ListenAsync(new QuicListenerOptions
        {
            ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            ApplicationProtocols = [SslApplicationProtocol.Http3],
            ConnectionOptionsCallback = (_, _, _) => ValueTask.FromResult(new QuicServerConnectionOptions
            {
                DefaultCloseErrorCode = WebTransportErrorCode.NoError,
                DefaultStreamErrorCode = WebTransportErrorCode.RequestCancelled,
                MaxInboundBidirectionalStreams = QuicEcho.MaxStreams,
                MaxInboundUnidirectionalStreams = QuicEcho.MaxStreams,
                ServerAuthenticationOptions = new SslServerAuthenticationOptions
                {
                    ApplicationProtocols = [SslApplicationProtocol.Http3],
                    ServerCertificate = certificate,
                },
            }),
        });
        SystemQuicEchoServer server = new(listener, certificate, isRaw);
        _ = server.AcceptAsync();
        QuicEcho.Announce(listener.LocalEndPoint.Port, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                QuicConnection connection = await _listener.AcceptConnectionAsync();
                _ = _isRaw ? EchoStreamsAsync(connection) : QuicEcho.RunAsync(new SystemQuicCarrier(connection));
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or QuicException)
        {
            // The server ends.
        }
    }

    private static async Task EchoStreamsAsync(QuicConnection connection)
    {
        try
        {
            while (true)
            {
                _ = EchoAsync(await connection.AcceptInboundStreamAsync());
            }
        }
        catch (QuicException)
        {
            await connection.DisposeAsync();
        }
    }

    private static async Task EchoAsync(QuicStream stream)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using (stream)
            {
                while (await stream.ReadAsync(buffer) is > 0 and int count)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, count), completeWrites: stream.ReadsClosed.IsCompletedSuccessfully);
                }

                stream.CompleteWrites();
            }
        }
        catch (QuicException)
        {
            // The client is gone.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
