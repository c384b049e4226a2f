using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Stun;

/// <summary>The Binding method without I/O, and over UDP on loopback.</summary>
public class StunBindingTests
{
    private static readonly StunAddress Source = StunAddress.From(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 32853));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_request_is_answered_with_the_address_that_it_came_from()
    {
        StunMessageWriter request = new();
        request.Begin(StunClass.Request, StunMethod.Binding);
        request.AddFingerprint();
        StunMessageWriter answer = new();
        Assert.True(StunBinding.TryAnswer(request.Message.Span, Source, "test", answer, out StunProtocolError error));
        Assert.Equal(StunProtocolError.None, error);
        Assert.True(StunBinding.TryReadAnswer(answer.Message.Span, request.TransactionId, true, out StunMessage response, out _));
        Assert.True(response.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress seen));
        Assert.Equal(Source, seen);
        Assert.True(response.TryGet(StunAttributeType.Software, out StunAttributeView software));
        Assert.Equal("test", Encoding.UTF8.GetString(software.Value));
    }

    [Fact]
    public void What_is_not_understood_is_listed()
    {
        StunMessageWriter request = new();
        request.Begin(StunClass.Request, StunMethod.Binding);
        request.Add((StunAttributeType)0x0024, [0, 0, 0, 1]);
        request.Add((StunAttributeType)0x8024, [0]);
        request.Add((StunAttributeType)0x7FFF, []);
        request.Add((StunAttributeType)0x0024, [0, 0, 0, 2]);
        StunMessageWriter answer = new();
        Assert.True(StunBinding.TryAnswer(request.Message.Span, Source, null, answer, out StunProtocolError error));
        Assert.Equal(StunProtocolError.UnknownAttribute, error);
        Assert.True(StunBinding.TryReadAnswer(answer.Message.Span, request.TransactionId, false, out StunMessage response, out _));
        Assert.True(response.TryGet(StunAttributeType.ErrorCode, out StunAttributeView code));
        Assert.True(code.TryGetErrorCode(out int number, out ReadOnlySpan<byte> reason));
        Assert.Equal((420, "Unknown Attribute"), (number, Encoding.UTF8.GetString(reason)));
        Assert.True(response.TryGet(StunAttributeType.UnknownAttributes, out StunAttributeView unknown));
        Assert.Equal((0x0024, 0x7FFF, 4), ((int)unknown.GetUnknownType(0), (int)unknown.GetUnknownType(1), unknown.Value.Length));

        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(request.Message.Span, out StunMessage message, out _, out _));
        Assert.Equal(1, message.GetUnknownAttributes([(StunAttributeType)0x0024], new StunAttributeType[8]));
    }

    [Fact]
    public void A_bad_request_is_400_and_what_is_no_request_is_left_alone()
    {
        StunMessageWriter answer = new();
        byte[] bad = Convert.FromHexString("000100082112a4420102030405060708090a0b0c0020000400010000");
        Assert.True(StunBinding.TryAnswer(bad, Source, null, answer, out StunProtocolError error));
        Assert.Equal(StunProtocolError.ValueLengthWrong, error);
        Assert.Equal(OperationStatus.Done, StunMessage.DecodeDatagram(answer.Message.Span, out StunMessage response, out _, out _));
        Assert.True(response.TryGet(StunAttributeType.ErrorCode, out StunAttributeView code) && code.TryGetErrorCode(out int number, out _)
            && number == 400);
        foreach (string type in (string[])["0011", "0101", "0111", "0003"])
        {
            bad[0] = Convert.FromHexString(type)[0];
            bad[1] = Convert.FromHexString(type)[1];
            Assert.False(StunBinding.TryAnswer(bad, Source, null, answer, out _));
        }

        Assert.False(StunBinding.TryAnswer([], Source, null, answer, out _));
        Assert.False(StunBinding.TryAnswer(Convert.FromHexString("001100002112a4420102030405060708090a0b0c"), Source, null, answer, out error));
        Assert.Equal(StunProtocolError.None, error);
    }

    [Fact]
    public void A_request_whose_fingerprint_is_wrong_is_no_request()
    {
        StunMessageWriter request = new();
        request.Begin(StunClass.Request, StunMethod.Binding);
        request.AddFingerprint();
        byte[] bytes = request.Message.ToArray();
        bytes[^1] ^= 1;
        Assert.False(StunBinding.TryAnswer(bytes, Source, null, new StunMessageWriter(), out StunProtocolError error));
        Assert.Equal(StunProtocolError.FingerprintMismatch, error);
    }

    [Theory]
    [InlineData(StunClass.SuccessResponse, false, StunProtocolError.ResponseUnfit)]
    [InlineData(StunClass.ErrorResponse, false, StunProtocolError.ResponseUnfit)]
    [InlineData(StunClass.Request, true, StunProtocolError.ResponseUnfit)]
    [InlineData(StunClass.SuccessResponse, true, StunProtocolError.None)]
    public void An_answer_holds_what_its_class_has_to_hold(StunClass messageClass, bool hasAddress, StunProtocolError expected)
    {
        StunMessageWriter answer = new();
        answer.Begin(messageClass, StunMethod.Binding);
        if (hasAddress)
        {
            answer.AddAddress(StunAttributeType.MappedAddress, Source);
        }

        Assert.Equal(
            expected == StunProtocolError.None,
            StunBinding.TryReadAnswer(answer.Message.Span, answer.TransactionId, false, out _, out StunProtocolError error));
        Assert.Equal(expected, error);
        Assert.False(StunBinding.TryReadAnswer(answer.Message.Span, new byte[12], false, out _, out error));
        Assert.False(StunBinding.TryReadAnswer(answer.Message.Span, answer.TransactionId, true, out _, out error));
        Assert.Equal(StunProtocolError.FingerprintMissing, error);
        answer.Add((StunAttributeType)0x7000, []);
        Assert.False(StunBinding.TryReadAnswer(answer.Message.Span, answer.TransactionId, false, out StunMessage failed, out error));

        // What is no response of the transaction is discarded; a response that is not right is its end.
        bool isResponse = messageClass != StunClass.Request;
        Assert.Equal(isResponse ? StunProtocolError.UnknownAttribute : StunProtocolError.ResponseUnfit, error);
        Assert.Equal(isResponse, !failed.Bytes.IsEmpty);
        Assert.False(StunBinding.TryReadAnswer(answer.Message.Span, new byte[12], false, out failed, out error));
        Assert.Equal((StunProtocolError.ResponseUnfit, true), (error, failed.Bytes.IsEmpty));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_client_hears_from_a_server_how_it_is_seen(string host)
    {
        IPAddress address = IPAddress.Parse(host);
        Assert.SkipUnless(address.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using Socket listener = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        listener.Bind(new IPEndPoint(address, 0));
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task server = StunServer.RunAsync(listener, new StunServerOptions { Software = "here" }, end.Token);
        using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(listener.LocalEndPoint!, Stop);
        StunBindingResult result = await StunClient.QueryAsync(socket, new StunClientOptions { UsesFingerprint = true, Software = "there" }, Stop);
        Assert.Equal(socket.LocalEndPoint, result.MappedAddress);
        Assert.Equal(("here", true), (result.Software, result.Requests >= 1));
        Assert.Equal(address, (await StunClient.QueryAsync((IPEndPoint)listener.LocalEndPoint!, null, Stop)).MappedAddress.Address);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server);
    }

    /// <summary>"requests would be sent at times 0 ms, 500 ms, 1500 ms, 3500 ms, 7500 ms, 15500 ms, and 31500 ms", and 39500 ms is the end.</summary>
    [Fact]
    public async Task A_client_asks_seven_times()
    {
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ManualTimeProvider clock = new();
        Task<StunBindingResult> query = StunClient.QueryAsync(
            (IPEndPoint)silent.LocalEndPoint!, new StunClientOptions { TimeProvider = clock }, Stop);
        byte[] buffer = new byte[100];
        List<int> times = [];
        string? first = null;
        for (int i = 0; i < 7; i++)
        {
            int length = await silent.ReceiveAsync(buffer, SocketFlags.None, Stop);
            first ??= Convert.ToHexString(buffer, 0, length);
            Assert.Equal(first, Convert.ToHexString(buffer, 0, length));
            times.Add((int)clock.GetElapsedTime(0).TotalMilliseconds);
            await NextAsync();
        }

        await Assert.ThrowsAsync<TimeoutException>(() => query);
        times.Add((int)clock.GetElapsedTime(0).TotalMilliseconds);
        Assert.Equal([0, 500, 1500, 3500, 7500, 15500, 31500, 39500], times);

        async Task NextAsync()
        {
            while (clock.NextDue is null)
            {
                await Task.Yield();
            }

            clock.Advance(clock.NextDue!.Value);
        }
    }

    [Fact]
    public async Task An_error_is_an_exception_and_noise_is_none()
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Task<StunBindingResult> query = StunClient.QueryAsync((IPEndPoint)server.LocalEndPoint!, null, Stop);
        byte[] buffer = new byte[100];
        SocketReceiveFromResult received = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Stop);
        StunMessageWriter answer = new();
        answer.Begin(StunClass.ErrorResponse, StunMethod.Binding);
        answer.AddErrorCode(500, "of somebody else");
        await server.SendToAsync(answer.Message, received.RemoteEndPoint, Stop);
        await server.SendToAsync(new byte[] { 1, 2, 3 }, received.RemoteEndPoint, Stop);
        answer.Begin(StunClass.ErrorResponse, StunMethod.Binding, buffer.AsSpan(8, 12));
        answer.AddErrorCode(500, "Server Error");
        await server.SendToAsync(answer.Message, received.RemoteEndPoint, Stop);
        StunErrorException error = await Assert.ThrowsAsync<StunErrorException>(() => query);
        Assert.Equal((500, "Server Error"), (error.Code, error.Reason));
    }

    /// <summary>"the transaction is considered to have failed", and is not waited for any more.</summary>
    [Theory]
    [InlineData(StunClass.SuccessResponse, true)]
    [InlineData(StunClass.ErrorResponse, false)]
    public async Task A_response_that_is_not_right_ends_the_transaction(StunClass messageClass, bool isUnknown)
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        StunClientOptions options = new() { TimeProvider = new ManualTimeProvider() };
        Task<StunBindingResult> query = StunClient.QueryAsync((IPEndPoint)server.LocalEndPoint!, options, Stop);
        byte[] buffer = new byte[100];
        SocketReceiveFromResult received = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Stop);
        StunMessageWriter answer = new();
        answer.Begin(messageClass, StunMethod.Binding, buffer.AsSpan(8, 12));
        if (isUnknown)
        {
            answer.AddAddress(StunAttributeType.XorMappedAddress, Source);
            answer.Add((StunAttributeType)0x7000, []);
        }

        await server.SendToAsync(answer.Message, received.RemoteEndPoint, Stop);
        answer.Begin(StunClass.ErrorResponse, StunMethod.Binding, buffer.AsSpan(8, 12));
        answer.AddErrorCode(500, "too late");
        await server.SendToAsync(answer.Message, received.RemoteEndPoint, Stop);
        await Assert.ThrowsAsync<InvalidDataException>(() => query);
    }

    [Fact]
    public void Options_are_looked_at_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StunClientOptions { RetransmissionTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StunClientOptions { MaxRequests = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StunClientOptions { MaxRequests = 17 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StunClientOptions { FinalTimeouts = 0 });
    }
}
