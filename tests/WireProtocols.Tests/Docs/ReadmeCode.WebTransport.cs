using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about WebTransport, where it compiles.</summary>
internal static class ReadmeWebTransport
{
    public static async Task CapsulesAsync(PipeReader pipe, TextWriter output)
    {
        using CapsuleReader reader = new(pipe);
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out CapsulePart capsule))
            {
                output.WriteLine(capsule.Type == CapsuleType.CloseSession
                    ? $"closed with {capsule.Code}: {Encoding.UTF8.GetString(capsule.Reason)}"
                    : $"{CapsuleType.GetName(capsule.Type)}, {capsule.Payload.Length} of {capsule.Length} bytes");
            }
        }
    }

    public static void Datagram(ReadOnlySpan<byte> quicDatagram, TextWriter output)
    {
        if (HttpDatagram.Decode(quicDatagram, out HttpDatagram datagram) == OperationStatus.Done)
        {
            output.WriteLine($"session {datagram.StreamId}: {Encoding.UTF8.GetString(datagram.Payload)}");
        }
    }

    public static async Task EchoAsync(IQuicCarrier carrier)
    {
        using WebTransportConnection connection = new(WebTransportRole.Server, carrier);
        await new WebTransportPump(connection, carrier, Echo).RunAsync();

        static void Echo(WebTransportEvent item)
        {
            switch (item.Kind)
            {
                case WebTransportEventKind.SessionRequested when item.Session!.Request.Path == "/echo":
                    item.Session.Accept();
                    break;
                case WebTransportEventKind.SessionRequested:
                    item.Session!.Reject(404);
                    break;
                case WebTransportEventKind.Datagram:
                    item.Session!.SendDatagram(item.Data.Span);
                    break;
                case WebTransportEventKind.StreamData:
                    item.Session!.Send(item.StreamId, item.Data.Span);
                    if (item.Session.GetRoom(item.StreamId) == 0)
                    {
                        // The peer does not read the answer: no more is read of this stream until it does.
                        item.Session.PauseStream(item.StreamId);
                    }

                    break;
                case WebTransportEventKind.StreamWritable:
                    item.Session!.ResumeStream(item.StreamId);
                    break;
                case WebTransportEventKind.StreamFinished:
                    item.Session!.Send(item.StreamId, default, endStream: true);
                    break;
            }
        }
    }

    public static async Task MsQuicAsync(X509Certificate2 certificate)
    {
        await using MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 4433), certificate);
        await using MsQuicCarrier carrier = await listener.AcceptAsync();
        WebTransportConnectionOptions options = new() { RequireReliableReset = false };
        using WebTransportConnection connection = new(WebTransportRole.Server, carrier, options);
        await new WebTransportPump(connection, carrier, Echo).RunAsync();

        static void Echo(WebTransportEvent item)
        {
        }
    }
}
