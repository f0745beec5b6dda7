using System.Net;
using MuLambda.Prober.Probes;

namespace MuLambda.Prober.Tests.Probes;

public class AllowedTargetsTests
{
    [Theory]
    [InlineData("", "127.0.0.1", true)]
    [InlineData("", "127.255.0.9", true)]
    [InlineData("", "::1", true)]
    [InlineData("", "::ffff:127.0.0.1", true)]
    [InlineData("", "::ffff:10.0.0.1", false)]
    [InlineData("", "0.0.0.0", false)]
    [InlineData("", "::", false)]
    [InlineData("", "169.254.169.254", false)]
    [InlineData("", "10.0.0.1", false)]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.1.2.3", false)]
    [InlineData("10.0.0.0/8", "127.0.0.1", false)]
    [InlineData("192.168.1.7", "192.168.1.7", true)]
    [InlineData("192.168.1.7", "192.168.1.8", false)]
    [InlineData("fd00::/8", "fd12::1", true)]
    [InlineData("app.example", "203.0.113.5", true)]
    [InlineData("APP.example", "203.0.113.5", true)]
    [InlineData("example", "203.0.113.5", false)]
    public void Only_what_is_listed_is_permitted(string entry, string address, bool permitted) =>
        new AllowedTargets(entry.Length == 0 ? [] : [entry])
            .Permits("app.example", IPAddress.Parse(address))
            .ShouldBe(permitted);

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("127.1")]
    [InlineData("http://host")]
    [InlineData("host:80")]
    [InlineData("")]
    public void What_is_neither_network_nor_host_is_refused(string entry) =>
        Should.Throw<FormatException>(() => new AllowedTargets([entry]));
}
