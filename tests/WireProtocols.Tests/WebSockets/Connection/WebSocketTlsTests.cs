using System.Net.Security;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketTlsTests
{
    [Fact]
    public void Every_setting_that_the_platform_has_goes_along()
    {
        SslClientAuthenticationOptions options = new()
        {
            AllowRenegotiation = false,
            AllowTlsResume = false,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            CertificateChainPolicy = new X509ChainPolicy(),
            CertificateRevocationCheckMode = X509RevocationMode.Online,
            ClientCertificates = [],
            EnabledSslProtocols = SslProtocols.Tls13,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => null!,
            RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None,
        };
        foreach (PropertyInfo flag in typeof(SslClientAuthenticationOptions).GetProperties().Where(p => p.PropertyType == typeof(bool)))
        {
            flag.SetValue(options, false);
        }

        SslClientAuthenticationOptions copy = WebSocketTls.For("example.com", options);
        Assert.NotSame(options, copy);
        Assert.Equal((null, "example.com"), (options.TargetHost, copy.TargetHost));
        foreach (PropertyInfo property in typeof(SslClientAuthenticationOptions).GetProperties().Where(p => p.Name != nameof(options.TargetHost)))
        {
            Assert.Equal(property.GetValue(options), property.GetValue(copy));
        }
    }
}
