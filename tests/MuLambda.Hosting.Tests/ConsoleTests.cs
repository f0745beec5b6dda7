using MuLambda.Hosting.Display;
using MuLambda.Hosting.Processes;
using MuLambda.Hosting.Testing;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

public sealed class ConsoleTests
{
    [Fact]
    public async Task Each_line_is_prefixed_with_its_resources_name_and_replicas_are_numbered()
    {
        await using var host = new Host();
        host.AddShell("loud", "echo one; echo two >&2; exec sleep 600");
        host.AddWeb("web").WithReplicas(2);

        await host.StartAsync();
        await host.UntilOutputAsync("loud  | one\n");
        await host.UntilOutputAsync("loud  | two\n");
        await host.UntilHealthyAsync("web");

        host.Output.ShouldContain("host  | web-0 is healthy at http://127.0.0.1:");
        host.Output.ShouldContain("host  | web-1 is healthy at http://127.0.0.1:");
    }

    [Fact]
    public async Task A_table_and_one_line_tell_that_everything_is_healthy()
    {
        await using var host = new Host();
        var web = host.AddWeb("web").WithHttpEndpoint(name: "grpc");
        host.AddShell("child", "exec sleep 600").WithParentRelationship(web);
        host.AddShell("task", "exit 0");

        await host.StartAsync();
        await host.UntilOutputAsync("Press Ctrl+C to stop.");

        var table = host.Output[host.Output.IndexOf("Resource ", StringComparison.Ordinal)..].Split('\n');
        table[0].ShouldBe("Resource  State     URLs");
        table[2].ShouldBe($"web       Healthy   {host.App.GetEndpoint("web").OriginalString}");
        table[3].ShouldBe($"                    {host.App.GetEndpoint("web", "grpc").OriginalString} (grpc)");
        table[4].ShouldBe("  child   Healthy");
        table[5].ShouldBe("task      Finished");
        table[7].ShouldMatch(@"^MuLambda is healthy: 3 resources in \d+\.\d s\. Press Ctrl\+C to stop\.$");
    }

    [Fact]
    public async Task A_line_is_cut_at_its_limit_and_the_next_begins_anew()
    {
        var lines = new List<string>();
        using var reader = new StringReader(new string('x', LineReader.MaxLength + 1000) + "\r\nnext\nlast without end");

        await LineReader.ReadAsync(reader, lines.Add);

        lines.ShouldBe([new string('x', LineReader.MaxLength) + "…", "next", "last without end"]);
    }

    [Theory]
    [InlineData(false, "a\e[31mb", "a·[31mb")]
    [InlineData(true, "a\e[31mb", "a\e[31mb\e[0m")]
    [InlineData(true, "a\bb", "a·b\e[0m")]
    [InlineData(true, "a\e[2Jb", "a·[2Jb\e[0m")]
    public void What_would_disturb_the_terminal_is_not_passed_on(bool colours, string written, string shown)
    {
        using var output = new SharedWriter();

        new HostConsole(output, colours).Log("x", written);

        output.Text.ShouldEndWith($"{shown}\n");
    }
}
