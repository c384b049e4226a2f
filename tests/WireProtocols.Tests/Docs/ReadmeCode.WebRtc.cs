using System.Net.Sockets;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about WebRTC, where it compiles.</summary>
internal static class ReadmeWebRtc
{
    public static void Ask(Socket socket, byte[] buffer, TextWriter output)
    {
        StunMessageWriter request = new();
        request.Begin(StunClass.Request, StunMethod.Binding);
        request.AddFingerprint();
        socket.Send(request.Message.Span);

        int length = socket.Receive(buffer);
        if (StunBinding.TryReadAnswer(buffer.AsSpan(0, length), request.TransactionId, needsFingerprint: true, out var response, out _)
            && response.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress address))
        {
            output.WriteLine(address); // 192.0.2.1:32853
        }
    }

    public static void Round(DataChannelAssociation channels, TimeSpan now, Action<ReadOnlyMemory<byte>> send)
    {
        while (channels.TryGetPacket(now, out ReadOnlyMemory<byte> packet))
        {
            send(packet);
        }

        while (channels.TryGetEvent(now, out DataChannelEvent happened))
        {
            if (happened.Kind == DataChannelEventKind.Connected)
            {
                channels.Open("chat", now, DataChannelType.ReliableUnordered);
            }
            else if (happened.Kind == DataChannelEventKind.Message)
            {
                channels.TrySend(happened.Channel!, happened.Payload.Span, happened.IsText, now);
            }
        }
    }
}
