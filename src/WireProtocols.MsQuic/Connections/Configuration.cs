using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace WireProtocols.MsQuic;

/// <summary>Settings and credentials of msquic's, which connections hold on to by themselves once they have been given them.</summary>
internal sealed unsafe class Configuration : IDisposable
{
    private readonly byte[][] _protocols;
    private nint _handle;

    private Configuration(MsQuicOptions options)
    {
        _protocols = [.. options.ApplicationProtocols.Select(Encoding.ASCII.GetBytes)];
        QuicSettings settings = CreateSettings(options);
        nint handle;
        using PinnedProtocols protocols = new(_protocols);

        // In bounds: the buffers are as many as their count, the settings are of the size that is given, and both are only read during the call.
        MsQuicApi.Check(
            MsQuicApi.Get().Table->ConfigurationOpen(
                MsQuicApi.Get().Registration, protocols.Buffers, (uint)_protocols.Length, &settings, (uint)sizeof(QuicSettings), null, &handle),
            "take the settings");
        _handle = handle;
    }

    public nint Handle => _handle;

    /// <summary>For a server.</summary>
    /// <exception cref="MsQuicException">msquic does not take the certificate.</exception>
    public static Configuration ForServer(MsQuicOptions options, X509Certificate2 certificate, X509Certificate2Collection? intermediates)
    {
        Configuration configuration = new(options);
        try
        {
            configuration.LoadServer(certificate, intermediates);
            return configuration;
        }
        catch
        {
            configuration.Dispose();
            throw;
        }
    }

    /// <summary>For a client, which decides about certificates itself.</summary>
    public static Configuration ForClient(MsQuicOptions options)
    {
        Configuration configuration = new(options);
        CredentialConfig credentials = new()
        {
            Type = CredentialConfig.TypeNone,
            Flags = CredentialConfig.FlagClient | CredentialConfig.FlagNoValidation | CredentialConfig.FlagIndicateCertificate
                | CredentialConfig.FlagPortableCertificates,
        };

        // In bounds: the structure is only read during the call.
        uint status = MsQuicApi.Get().Table->ConfigurationLoadCredential(configuration.Handle, &credentials);
        if (Status.HasFailed(status))
        {
            configuration.Dispose();
            MsQuicApi.Check(status, "be a client");
        }

        return configuration;
    }

    /// <summary>The application protocols as buffers, for as long as the result is not disposed of.</summary>
    public PinnedProtocols PinProtocols() => new(_protocols);

    public void Dispose()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            MsQuicApi.Get().Table->ConfigurationClose(handle);
        }
    }

    private static QuicSettings CreateSettings(MsQuicOptions options) => new()
    {
        IsSet = QuicSettings.HandshakeIdleTimeoutIsSet | QuicSettings.IdleTimeoutIsSet | QuicSettings.StreamWindowIsSet
            | QuicSettings.ConnectionWindowIsSet | QuicSettings.KeepAliveIsSet | QuicSettings.BidirectionalIsSet | QuicSettings.UnidirectionalIsSet
            | QuicSettings.SendBufferingIsSet | QuicSettings.DatagramReceiveIsSet,
        HandshakeIdleTimeoutMs = (ulong)options.HandshakeTimeout.TotalMilliseconds,
        IdleTimeoutMs = (ulong)options.IdleTimeout.TotalMilliseconds,
        KeepAliveIntervalMs = (uint)options.KeepAlive.TotalMilliseconds,
        StreamRecvWindowDefault = (uint)options.StreamWindow,
        ConnFlowControlWindow = (uint)options.ConnectionWindow,
        PeerBidiStreamCount = (ushort)options.MaxBidirectionalStreams,
        PeerUnidiStreamCount = (ushort)options.MaxUnidirectionalStreams,

        // What is sent is copied once, into memory that msquic holds until the peer has it; it makes no copy of its own.
        Bits = QuicSettings.DatagramReceive,
    };

    private void LoadServer(X509Certificate2 certificate, X509Certificate2Collection? intermediates)
    {
        if (!certificate.HasPrivateKey)
        {
            throw new MsQuicException("A server's certificate needs its private key.");
        }

        if (OperatingSystem.IsWindows())
        {
            // Schannel takes the certificate by its handle, and finds intermediates in the store.
            CredentialConfig context = new() { Type = CredentialConfig.TypeContext, Certificate = (void*)certificate.Handle };

            // In bounds: the structure is only read during the call, and the certificate holds its handle.
            MsQuicApi.Check(MsQuicApi.Get().Table->ConfigurationLoadCredential(Handle, &context), "take the certificate");
            GC.KeepAlive(certificate);
            return;
        }

        byte[] blob = Export(certificate, intermediates);
        fixed (byte* bytes = blob)
        {
            Pkcs12Certificate pkcs12 = new() { Blob = bytes, BlobLength = (uint)blob.Length };
            CredentialConfig credentials = new() { Type = CredentialConfig.TypePkcs12, Certificate = &pkcs12 };

            // In bounds: the blob is as long as its length says, and all of it is only read during the call.
            uint status = MsQuicApi.Get().Table->ConfigurationLoadCredential(Handle, &credentials);

            // The private key is in it.
            CryptographicOperations.ZeroMemory(blob);
            MsQuicApi.Check(status, "take the certificate");
        }
    }

    private static byte[] Export(X509Certificate2 certificate, X509Certificate2Collection? intermediates)
    {
        X509Certificate2Collection all = new(certificate);
        all.AddRange(intermediates ?? []);
        try
        {
            return all.Export(X509ContentType.Pkcs12)!;
        }
        catch (CryptographicException exception)
        {
            throw new MsQuicException("The private key of the certificate cannot be exported, and msquic needs a copy of it.", exception);
        }
    }
}

/// <summary>Names of application protocols where msquic can read them.</summary>
internal readonly unsafe struct PinnedProtocols : IDisposable
{
    private readonly GCHandle[] _pins;

    public PinnedProtocols(byte[][] names)
    {
        _pins = [.. names.Select(n => GCHandle.Alloc(n, GCHandleType.Pinned))];

        // In bounds: there is one buffer for each name, and it is as long as the name.
        Buffers = (QuicBuffer*)NativeMemory.Alloc((nuint)names.Length, (nuint)sizeof(QuicBuffer));
        for (int i = 0; i < names.Length; i++)
        {
            Buffers[i] = new QuicBuffer { Length = (uint)names[i].Length, Bytes = (byte*)_pins[i].AddrOfPinnedObject() };
        }
    }

    public QuicBuffer* Buffers { get; }

    public int Count => _pins.Length;

    public void Dispose()
    {
        NativeMemory.Free(Buffers);
        foreach (GCHandle pin in _pins)
        {
            pin.Free();
        }
    }
}
