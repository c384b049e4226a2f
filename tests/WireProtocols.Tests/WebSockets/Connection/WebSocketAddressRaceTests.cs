using System.Net;
using System.Net.Sockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>The race of a host's addresses (RFC 8305), against connects that a test decides and time that it moves.</summary>
public sealed class WebSocketAddressRaceTests : IDisposable
{
    private static readonly IPAddress[] Two = [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.1")];

    private readonly ManualTimeProvider _time = new();
    private readonly List<Attempt> _attempts = [];
    private readonly SemaphoreSlim _begun = new(0);
    private int _seen;

    [Theory]
    [InlineData("192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2 2001:db8::3", "2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2 2001:db8::3")]
    [InlineData("192.0.2.1 192.0.2.2", "192.0.2.1 192.0.2.2")]
    [InlineData("192.0.2.1 2001:db8::1", "2001:db8::1 192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void The_families_take_turns_and_IPv6_begins(string addresses, string order)
        => Assert.Equal(
            order, string.Join(' ', WebSocketAddressRace.Interleave([.. addresses.Split(' ').Select(IPAddress.Parse)]).Select(a => a.ToString())));

    [Fact]
    public async Task The_next_attempt_begins_after_the_delay_and_the_first_that_connects_wins()
    {
        Task<Prize> race = RunAsync(Two);
        Assert.Single(_attempts);
        _time.Advance(WebSocketAddressRace.AttemptDelay - TimeSpan.FromTicks(1));
        Assert.Single(_attempts);
        _time.Advance(TimeSpan.FromTicks(1));
        await WaitForAttemptAsync(2);
        Assert.Equal(Two, _attempts.Select(a => a.Address));
        Assert.False(race.IsCompleted);

        Prize won = _attempts[1].Connect();
        Assert.Same(won, await race.WaitAsync(ConnectionPair.Patience));
        Assert.True(_attempts[0].Token.IsCancellationRequested);

        // One that connects all the same, too late, is closed.
        Prize late = _attempts[0].Connect();
        await late.Closed.WaitAsync(ConnectionPair.Patience);
        Assert.False(won.Closed.IsCompleted);
        Assert.Equal(0, _time.Waiting);
    }

    [Fact]
    public async Task A_slow_first_one_may_still_win()
    {
        Task<Prize> race = RunAsync(Two);
        _time.Advance(WebSocketAddressRace.AttemptDelay);
        await WaitForAttemptAsync(2);
        Prize won = _attempts[0].Connect();
        Assert.Same(won, await race.WaitAsync(ConnectionPair.Patience));
    }

    [Fact]
    public async Task One_that_fails_lets_the_next_begin_at_once()
    {
        Task<Prize> race = RunAsync(Two);
        _attempts[0].Fail("unreachable");
        await WaitForAttemptAsync(2);
        _attempts[1].Connect();
        await race.WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task Where_all_fail_the_error_has_what_each_said()
    {
        Task<Prize> race = RunAsync(Two);
        _attempts[0].Fail("unreachable");
        await WaitForAttemptAsync(2);
        _attempts[1].Fail("refused");
        IOException exception = await Assert.ThrowsAsync<IOException>(() => race.WaitAsync(ConnectionPair.Patience));
        Assert.Equal("None of the host's addresses could be reached: 2001:db8::1: unreachable; 192.0.2.1: refused.", exception.Message);
        Assert.Equal(["unreachable", "refused"], ((AggregateException)exception.InnerException!).InnerExceptions.Select(e => e.Message));
    }

    [Fact]
    public async Task One_address_fails_with_its_own_error_and_none_with_another()
    {
        Task<Prize> race = RunAsync(Two[..1]);
        _attempts[0].Fail("refused");
        IOException exception = await Assert.ThrowsAsync<IOException>(() => race.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(("refused", typeof(SocketException)), (exception.Message, exception.InnerException!.GetType().BaseType));
        await Assert.ThrowsAsync<IOException>(() => RunAsync([]));
    }

    [Fact]
    public async Task A_cancel_ends_all_attempts()
    {
        using CancellationTokenSource stop = new();
        Task<Prize> race = RunAsync(Two, stop.Token);
        _time.Advance(WebSocketAddressRace.AttemptDelay);
        await WaitForAttemptAsync(2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.WaitAsync(ConnectionPair.Patience));
        Assert.All(_attempts, a => Assert.True(a.Token.IsCancellationRequested));
    }

    public void Dispose() => _begun.Dispose();

    private Task<Prize> RunAsync(IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken = default)
        => WebSocketAddressRace.RunAsync(
            addresses,
            (address, token) =>
            {
                Attempt attempt = new(address, token);
                _attempts.Add(attempt);
                _begun.Release();
                return attempt.Task;
            },
            _time,
            cancellationToken);

    private async Task WaitForAttemptAsync(int count)
    {
        for (; _seen < count; _seen++)
        {
            Assert.True(await _begun.WaitAsync(ConnectionPair.Patience));
        }
    }

    private sealed class Attempt
    {
        private readonly TaskCompletionSource<Prize> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Attempt(IPAddress address, CancellationToken token)
        {
            (Address, Token) = (address, token);
        }

        public IPAddress Address { get; }

        public CancellationToken Token { get; }

        public Task<Prize> Task => _connected.Task;

        public Prize Connect()
        {
            Prize prize = new();
            _connected.SetResult(prize);
            return prize;
        }

        public void Fail(string message) => _connected.SetException(new Failure(message));
    }

    private sealed class Failure(string message) : SocketException
    {
        public override string Message => message;
    }

    private sealed class Prize : IDisposable
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Closed => _closed.Task;

        public void Dispose() => _closed.TrySetResult();
    }
}
