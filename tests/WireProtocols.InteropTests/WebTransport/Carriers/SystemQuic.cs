using System.Net;
using System.Net.Quic;
using System.Net.Security;
using System.Runtime.Versioning;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>Connections over the platform's QUIC.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public static class SystemQuic
{
    public static string? Missing => QuicListener.IsSupported ? null : "System.Net.Quic is not supported here: it needs libmsquic.";

    public static async Task<(QuicListener Listener, QuicConnection Client, QuicConnection Server)> ConnectAsync(CarrierSettings settings)
    {
        QuicListener listener = await ListenAsync(settings);
        Task<QuicConnection> accepting = listener.AcceptConnectionAsync().AsTask();
        QuicConnection client = await QuicConnection.ConnectAsync(new QuicClientConnectionOptions
        {
            RemoteEndPoint = listener.LocalEndPoint,
            DefaultCloseErrorCode = WebTransportErrorCode.NoError,
            DefaultStreamErrorCode = WebTransportErrorCode.RequestCancelled,
            MaxInboundBidirectionalStreams = settings.Bidirectional,
            MaxInboundUnidirectionalStreams = settings.Unidirectional,
            IdleTimeout = settings.IdleTimeout,
            ClientAuthenticationOptions = new SslClientAuthenticationOptions
            {
                ApplicationProtocols = [SslApplicationProtocol.Http3],
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, presented, _, _)
                    => presented!.GetCertHashString() == TestCertificate.Value.GetCertHashString(),
            },
        });
        return (listener, client, await accepting);
    }

    public static ValueTask<QuicListener> ListenAsync(CarrierSettings settings)
        => QuicListener.ListenAsync(new QuicListenerOptions
        {
            ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            ApplicationProtocols = [SslApplicationProtocol.Http3],
            ConnectionOptionsCallback = (_, _, _) => ValueTask.FromResult(new QuicServerConnectionOptions
            {
                DefaultCloseErrorCode = WebTransportErrorCode.NoError,
                DefaultStreamErrorCode = WebTransportErrorCode.RequestCancelled,
                MaxInboundBidirectionalStreams = settings.Bidirectional,
                MaxInboundUnidirectionalStreams = settings.Unidirectional,
                IdleTimeout = settings.IdleTimeout,
                ServerAuthenticationOptions = new SslServerAuthenticationOptions
                {
                    ApplicationProtocols = [SslApplicationProtocol.Http3],
                    ServerCertificate = TestCertificate.Value,
                },
            }),
        });
}
