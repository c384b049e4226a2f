using System.Net;
using System.Net.Sockets;

namespace WireProtocols.WebRtc;

/// <summary>
/// A Binding server over UDP (RFC 8489 §12). It keeps nothing of its clients: requests are idempotent, and an answer is hardly longer than its
/// request.
/// </summary>
public static class StunServer
{
    /// <summary>The port where nobody names one.</summary>
    public const int DefaultPort = 3478;

    private const int MaxDatagram = 1500;

    /// <summary>Answers until it is cancelled.</summary>
    /// <param name="socket">A bound socket for datagrams. The caller disposes of it.</param>
    /// <param name="options">What the server says of itself.</param>
    /// <param name="cancellationToken">Ends the server.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; there is no other end but that of the socket.</exception>
    public static async Task RunAsync(Socket socket, StunServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        options ??= StunServerOptions.Default;
        byte[] buffer = new byte[MaxDatagram];
        SocketAddress source = new(socket.AddressFamily);
        IPEndPoint any = new(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        StunMessageWriter answer = new();
        while (true)
        {
            int length;
            try
            {
                length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, source, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception) when (IsOfOneDatagram(exception))
            {
                continue;
            }

            IPEndPoint client = (IPEndPoint)any.Create(source);
            bool isAnswered = StunBinding.TryAnswer(
                buffer.AsSpan(0, length), StunAddress.From(client), options.Software, answer, out StunProtocolError error);
            if (isAnswered)
            {
                try
                {
                    await socket.SendToAsync(answer.Message, SocketFlags.None, source, cancellationToken).ConfigureAwait(false);
                }
                catch (SocketException exception) when (IsOfOneDatagram(exception))
                {
                    isAnswered = false;
                }
            }

            options.Received?.Invoke(client, error, isAnswered);
        }
    }

    /// <summary>What one datagram was the reason of: too long, or its sender is not there any more. Others are served all the same.</summary>
    private static bool IsOfOneDatagram(SocketException exception) => exception.SocketErrorCode
        is SocketError.MessageSize or SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.HostUnreachable
            or SocketError.NetworkUnreachable or SocketError.AccessDenied or SocketError.InvalidArgument or SocketError.AddressNotAvailable;
}
