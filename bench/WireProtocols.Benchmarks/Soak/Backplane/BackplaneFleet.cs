using System.Globalization;
using System.Text.Json;

namespace WireProtocols.Benchmarks.Soak.Backplane;

/// <summary>
/// Several <c>wire serve</c> joined by a backplane, clients over them, and what is said to all: numbers, to the topic of event streams and to the
/// chat. What goes wrong is for whoever has it to do. A client of event streams has seen every number once when all is over; a member of the chat, if
/// its server is still there.
/// </summary>
public sealed class BackplaneFleet : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly List<BackplaneServe> _servers = [];
    private readonly List<TopicListener> _listeners = [];
    private readonly List<ChatListener> _members = [];
    private readonly HashSet<BackplaneServe> _gone = [];
    private readonly List<Task> _saying = [];
    private int _events;
    private int _messages;

    public IReadOnlyList<BackplaneServe> Servers => _servers;

    public IReadOnlyList<TopicListener> Listeners => _listeners;

    /// <summary>How many numbers the topic has been sent.</summary>
    public int Events => _events;

    /// <summary>How many numbers the chat has been sent.</summary>
    public int Messages => _messages;

    /// <summary>Starts the servers, and connects the clients, each to the next server in turn.</summary>
    public static async Task<BackplaneFleet> StartAsync(string backplane, int servers, int listeners, int members)
    {
        BackplaneFleet fleet = new();
        try
        {
            for (int i = 0; i < servers; i++)
            {
                fleet._servers.Add(await BackplaneServe.StartAsync(backplane));
            }

            await Task.WhenAll(fleet._servers.Select(s => s.SaysAsync("the backplane answers")));
            await fleet.ConnectAsync(listeners, members);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a server counts as many members of a topic on all servers.</summary>
    public async Task PresenceAsync(BackplaneServe server, string topic, long count)
    {
        using CancellationTokenSource patience = new(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        long counted = -1;
        try
        {
            while (counted != count)
            {
                await timer.WaitForNextTickAsync(patience.Token);
                using JsonDocument answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri(server.Uri, "/presence"), patience.Token));
                JsonElement topics = answer.RootElement.GetProperty("topics");
                counted = topics.TryGetProperty(topic, out JsonElement found) ? found.GetProperty("all").GetInt64() : 0;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{server} counts {counted} members of {topic}, not {count}.");
        }
    }

    /// <summary>Says numbers to the topic and to the chat, on all servers that are there; it does not wait until they are in the log.</summary>
    public async Task SayAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _saying.Add(PostAsync(_events++));
            ChatListener[] speakers = [.. _members.Where((m, at) => !_gone.Contains(_servers[at % _servers.Count]))];
            if (speakers.Length > 0)
            {
                await speakers[_messages % speakers.Length].SayAsync(_messages);
                _messages++;
            }
        }
    }

    /// <summary>A server ends at once. Nobody asks it for anything any more.</summary>
    public async Task KillAsync(BackplaneServe server)
    {
        // What was posted to it and not answered, nobody knows of: so all of that is waited for.
        await SaidAsync();
        _gone.Add(server);
        await server.KillAsync();
    }

    /// <summary>Waits until all that was said is in the log.</summary>
    public async Task SaidAsync()
    {
        await Task.WhenAll(_saying).WaitAsync(Patience);
        _saying.Clear();
    }

    /// <summary>Waits until every client has everything.</summary>
    /// <returns>What was lost and what came twice, in words; empty where nothing was.</returns>
    public async Task<IReadOnlyList<string>> JudgeAsync()
    {
        await SaidAsync();
        ChatListener[] members = [.. _members.Where((m, at) => !_gone.Contains(_servers[at % _servers.Count]))];
        try
        {
            IEnumerable<Task> coming = [.. _listeners.Select(l => l.Seen.CameAsync(_events)), .. members.Select(m => m.Seen.CameAsync(_messages))];
            await Task.WhenAll(coming).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // It is counted below.
        }

        List<string> wrong = [];
        Count("event streams lost", _listeners.Sum(l => _events - l.Seen.Count));
        Count("event streams got twice", _listeners.Sum(l => l.Seen.Twice));
        Count("event streams were told that events are gone", _listeners.Sum(l => l.Gone));
        Count("members of the chat lost", members.Sum(m => _messages - m.Seen.Count));
        Count("members of the chat got twice", members.Sum(m => m.Seen.Twice));
        Count("members of the chat were dropped", members.Count(m => m.HasEnded));
        return wrong;

        void Count(string what, int count)
        {
            if (count != 0)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {count}"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_listeners.Select(l => l.DisposeAsync().AsTask()).Concat(_members.Select(m => m.DisposeAsync().AsTask())));
        foreach (BackplaneServe server in _servers)
        {
            await server.DisposeAsync();
        }

        _http.Dispose();
    }

    private async Task ConnectAsync(int listeners, int members)
    {
        for (int i = 0; i < Math.Max(listeners, members); i++)
        {
            if (i < listeners)
            {
                int first = i;
                _listeners.Add(new TopicListener(_http, moves => NextServer(first + moves)));
            }

            if (i < members)
            {
                _members.Add(await ChatListener.ConnectAsync(_servers[i % _servers.Count].Uri));
            }
        }

        foreach (BackplaneServe server in _servers)
        {
            await PresenceAsync(server, "sse/soak", listeners);
            await PresenceAsync(server, "chat", members);
        }
    }

    private Uri NextServer(int number)
    {
        BackplaneServe[] there = [.. _servers.Where(s => !_gone.Contains(s))];
        return there[number % there.Length].Uri;
    }

    private async Task PostAsync(int number)
    {
        using StringContent content = new(number.ToString(CultureInfo.InvariantCulture));
        using HttpResponseMessage response = await _http.PostAsync(new Uri(NextServer(number), "/sse/topic?name=soak"), content);
        response.EnsureSuccessStatusCode();
    }
}
