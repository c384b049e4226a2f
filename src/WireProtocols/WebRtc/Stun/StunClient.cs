using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.WebRtc;

/// <summary>A Binding client over UDP (RFC 8489 §6.2.1): asks a server what address it sees.</summary>
public static class StunClient
{
    private const int MaxDatagram = 1500;

    /// <summary>Asks a server from a socket of its own.</summary>
    /// <param name="server">The server.</param>
    /// <param name="options">How often and how long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StunErrorException">The server answered with an error.</exception>
    /// <exception cref="InvalidDataException">The server answered with what is no answer.</exception>
    /// <exception cref="TimeoutException">Nobody answered.</exception>
    /// <exception cref="IOException">The network says that nobody is there.</exception>
    public static async Task<StunBindingResult> QueryAsync(
        IPEndPoint server, StunClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            return await QueryAsync(socket, options, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new IOException($"{server} is not there: {exception.Message}", exception);
        }
    }

    /// <summary>Asks the server that a socket is connected to. What arrives besides its answer is thrown away.</summary>
    /// <param name="socket">A connected socket for datagrams that nobody else reads. The caller disposes of it.</param>
    /// <param name="options">How often and how long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StunErrorException">The server answered with an error.</exception>
    /// <exception cref="InvalidDataException">The server answered with what is no answer.</exception>
    /// <exception cref="TimeoutException">Nobody answered.</exception>
    /// <exception cref="SocketException">The network says that nobody is there.</exception>
    public static async Task<StunBindingResult> QueryAsync(
        Socket socket, StunClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        options ??= StunClientOptions.Default;
        TimeProvider clock = options.TimeProvider;
        StunMessageWriter request = CreateRequest(options);
        byte[] buffer = new byte[MaxDatagram];
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<int>? receiving = null;
        long start = clock.GetTimestamp();
        TimeSpan wait = options.RetransmissionTimeout;
        try
        {
            for (int requests = 1; requests <= options.MaxRequests; requests++, wait *= 2)
            {
                await socket.SendAsync(request.Message, SocketFlags.None, end.Token).ConfigureAwait(false);
                Task delay = Task.Delay(
                    requests < options.MaxRequests ? wait : options.RetransmissionTimeout * options.FinalTimeouts, clock, end.Token);
                while (true)
                {
                    receiving ??= socket.ReceiveAsync(buffer, SocketFlags.None, end.Token).AsTask();
                    if (await Task.WhenAny(receiving, delay).ConfigureAwait(false) == delay)
                    {
                        await delay.ConfigureAwait(false);
                        break;
                    }

                    int length = await receiving.ConfigureAwait(false);
                    receiving = null;
                    if (TryRead(buffer.AsSpan(0, length), request, options, requests, clock.GetElapsedTime(start)) is { } result)
                    {
                        return result;
                    }
                }
            }
        }
        finally
        {
            // The buffer belongs to nobody else before the last wait has ended.
            await end.CancelAsync().ConfigureAwait(false);
            if (receiving is not null)
            {
                await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        throw new TimeoutException($"No answer to {options.MaxRequests} requests in {clock.GetElapsedTime(start).TotalSeconds:0.#} s.");
    }

    private static StunMessageWriter CreateRequest(StunClientOptions options)
    {
        StunMessageWriter request = new();
        request.Begin(StunClass.Request, StunMethod.Binding);
        if (options.Software is not null)
        {
            request.AddText(StunAttributeType.Software, options.Software);
        }

        if (options.UsesFingerprint)
        {
            request.AddFingerprint();
        }

        return request;
    }

    private static StunBindingResult? TryRead(
        ReadOnlySpan<byte> datagram, StunMessageWriter request, StunClientOptions options, int requests, TimeSpan time)
    {
        bool isRight = StunBinding.TryReadAnswer(
            datagram, request.TransactionId, options.UsesFingerprint, out StunMessage response, out StunProtocolError rule);
        if (!isRight)
        {
            return response.Bytes.IsEmpty ? null : throw new InvalidDataException($"The server's answer breaks a rule: {rule.GetRule().Text}.");
        }

        if (response.TryGet(StunAttributeType.ErrorCode, out StunAttributeView error) && response.Class == StunClass.ErrorResponse
            && error.TryGetErrorCode(out int code, out ReadOnlySpan<byte> reason))
        {
            throw new StunErrorException(code, Encoding.UTF8.GetString(reason));
        }

        // "for backwards compatibility": a server of RFC 3489 has MAPPED-ADDRESS alone.
        if (!response.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress address))
        {
            response.TryGetAddress(StunAttributeType.MappedAddress, out address);
        }

        string? software = response.TryGet(StunAttributeType.Software, out StunAttributeView name) ? Encoding.UTF8.GetString(name.Value) : null;
        return new StunBindingResult(address.ToEndPoint(), software, requests, time);
    }
}
