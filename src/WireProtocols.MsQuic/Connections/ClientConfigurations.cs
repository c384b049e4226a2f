using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.MsQuic;

/// <summary>
/// The configurations of clients: one for all connections that have the same settings. They are kept for the life of the process, as the library is;
/// beyond a number of them, a connection has one of its own.
/// </summary>
internal static class ClientConfigurations
{
    private const int MaxShared = 16;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<Settings, Configuration> Shared = [];

    /// <summary>A configuration with the settings of a client, to be disposed of once its connection has begun.</summary>
    /// <exception cref="MsQuicException">msquic does not take the settings.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "What is shared is kept, and what is not is disposed of by whoever has it.")]
    public static Rented Rent(MsQuicClientOptions options)
    {
        Settings settings = Settings.Of(options);
        lock (Gate)
        {
            if (Shared.TryGetValue(settings, out Configuration? known))
            {
                return new Rented(known, isShared: true);
            }

            Configuration configuration = Configuration.ForClient(options);
            return new Rented(configuration, Shared.Count < MaxShared && Shared.TryAdd(settings, configuration));
        }
    }

    /// <summary>A configuration for the time that a connection needs to begin.</summary>
    public readonly struct Rented(Configuration configuration, bool isShared) : IDisposable
    {
        /// <summary>The configuration.</summary>
        public Configuration Configuration => configuration;

        public void Dispose()
        {
            if (!isShared)
            {
                configuration.Dispose();
            }
        }
    }

    /// <summary>All that a configuration of a client is made of.</summary>
    private readonly record struct Settings(
        string Protocols,
        TimeSpan Handshake,
        TimeSpan Idle,
        TimeSpan KeepAlive,
        int StreamWindow,
        int ConnectionWindow,
        int Bidirectional,
        int Unidirectional)
    {
        public static Settings Of(MsQuicOptions options) => new(
            string.Join('\n', options.ApplicationProtocols),
            options.HandshakeTimeout,
            options.IdleTimeout,
            options.KeepAlive,
            options.StreamWindow,
            options.ConnectionWindow,
            options.MaxBidirectionalStreams,
            options.MaxUnidirectionalStreams);
    }
}
