using System.Net;
using System.Net.Quic;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>Two ends over the platform's QUIC, where it is supported. It has no datagrams, so the ends do without.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public class SystemQuicTests
{
    private static readonly WebTransportConnectionOptions WithoutDatagrams = new() { RequireDatagrams = false, RequireReliableReset = false };

    [Fact]
    public async Task Streams_resets_and_a_close_cross_the_platforms_QUIC()
    {
        Assert.SkipUnless(QuicListener.IsSupported, "System.Net.Quic is not supported here: it needs libmsquic.");
        using X509Certificate2 certificate = CreateCertificate();
        await using QuicListener listener = await ListenAsync(certificate);
        Task<QuicConnection> accepting = listener.AcceptConnectionAsync().AsTask();
        await using SystemQuicCarrier clientEnd = new(await ConnectAsync(listener.LocalEndPoint, certificate));
        await using SystemQuicCarrier serverEnd = new(await accepting);

        using WebTransportConnection server = new(WebTransportRole.Server, serverEnd, WithoutDatagrams);
        using WebTransportConnection client = new(WebTransportRole.Client, clientEnd, WithoutDatagrams);
        Task serving = new WebTransportPump(server, serverEnd, Echo).RunAsync();
        TaskCompletionSource<string> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StringBuilder seen = new();
        Task asking = new WebTransportPump(client, clientEnd, item => Ask(item, client, seen, done)).RunAsync();
        Assert.Equal("hello|finished|closed 7 enough", await done.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        client.Close();
        await Task.WhenAll(serving, asking);
    }

    private static void Ask(WebTransportEvent item, WebTransportConnection client, StringBuilder seen, TaskCompletionSource<string> done)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.Ready:
                client.Connect("localhost", "/echo");
                break;
            case WebTransportEventKind.SessionOpened:
                item.Session!.TryOpenStream(WebTransportStreamDirection.Bidirectional, out long stream);
                item.Session.Send(stream, "hello"u8, endStream: true);
                break;
            case WebTransportEventKind.StreamData:
                seen.Append(Encoding.UTF8.GetString(item.Data.Span));
                break;
            case WebTransportEventKind.StreamFinished:
                seen.Append("|finished");
                break;
            case WebTransportEventKind.SessionClosed:
                seen.Append($"|closed {item.Code} {item.Reason}");
                done.TrySetResult(seen.ToString());
                break;
        }
    }

    private static void Echo(WebTransportEvent item)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.SessionRequested:
                item.Session!.Accept();
                break;
            case WebTransportEventKind.StreamData:
                item.Session!.Send(item.StreamId, item.Data.Span);
                break;
            case WebTransportEventKind.StreamFinished:
                item.Session!.Send(item.StreamId, default, endStream: true);
                item.Session.Close(7, "enough");
                break;
        }
    }

    private static ValueTask<QuicListener> ListenAsync(X509Certificate2 certificate)
        => QuicListener.ListenAsync(new QuicListenerOptions
        {
            ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            ApplicationProtocols = [SslApplicationProtocol.Http3],
            ConnectionOptionsCallback = (_, _, _) => ValueTask.FromResult(new QuicServerConnectionOptions
            {
                DefaultCloseErrorCode = WebTransportErrorCode.NoError,
                DefaultStreamErrorCode = WebTransportErrorCode.RequestCancelled,
                MaxInboundBidirectionalStreams = 100,
                MaxInboundUnidirectionalStreams = 100,
                ServerAuthenticationOptions
                    = new SslServerAuthenticationOptions { ApplicationProtocols = [SslApplicationProtocol.Http3], ServerCertificate = certificate },
            }),
        });

    private static ValueTask<QuicConnection> ConnectAsync(IPEndPoint endPoint, X509Certificate2 certificate)
        => QuicConnection.ConnectAsync(new QuicClientConnectionOptions
        {
            RemoteEndPoint = endPoint,
            DefaultCloseErrorCode = WebTransportErrorCode.NoError,
            DefaultStreamErrorCode = WebTransportErrorCode.RequestCancelled,
            MaxInboundBidirectionalStreams = 100,
            MaxInboundUnidirectionalStreams = 100,
            ClientAuthenticationOptions = new SslClientAuthenticationOptions
            {
                ApplicationProtocols = [SslApplicationProtocol.Http3],
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString(),
            },
        });

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(10));
    }
}
