using MuLambda.Registry.Configuration;
using MuLambda.ServiceDefaults.Configuration;

namespace MuLambda.Registry.Tests.Hosting;

public sealed class ProcessTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Killed_under_writes_it_has_lost_nothing_it_acknowledged()
    {
        var acknowledged = new List<string>();
        using (var registry = await RegistryProcess.StartAsync(_directory.Path))
        {
            var enough = new TaskCompletionSource();
            var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
            {
                try
                {
                    for (var i = 0; ; i++)
                    {
                        var id = $"c-{writer}-{i}";
                        await registry.Client.PutClientAsync(Sample.Client(id));
                        lock (acknowledged)
                        {
                            acknowledged.Add(id);
                            if (acknowledged.Count == 100)
                            {
                                enough.SetResult();
                            }
                        }
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException or IOException)
                {
                    // It was killed.
                }
            }));
            await enough.Task.WaitAsync(Deadline.Time);
            await registry.KillAsync();
            await writers.WaitAsync(Deadline.Time);
        }

        using var again = await RegistryProcess.StartAsync(_directory.Path);
        var clients = (await again.Client.ListClientsAsync()).Select(c => c.Id).ToHashSet();
        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(100);
        acknowledged.ShouldAllBe(id => clients.Contains(id));
    }

    [Fact]
    public async Task Told_to_stop_it_ends_cleanly_although_somebody_watches()
    {
        using var registry = await RegistryProcess.StartAsync(_directory.Path);
        await using var feed = registry.Client.WatchAsync(0, null, Deadline.Token()).GetAsyncEnumerator();
        await feed.MoveNextAsync();

        (await registry.TerminateAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_command_line_and_a_state_in_use_end_it_with_a_reason()
    {
        using var registry = await RegistryProcess.StartAsync(_directory.Path);

        var unknown = RegistryProcess.RunAsync("--colour", "red");
        var range = RegistryProcess.RunAsync("--state", _directory.File("other"), "--max-entries", "0");
        var inUse = RegistryProcess.RunAsync("--urls", "http://127.0.0.1:0", "--state", _directory.Path);

        (await unknown).Code.ShouldBe(2);
        (await unknown).Error.ShouldContain("--colour");
        (await range).Code.ShouldBe(2);
        (await range).Error.ShouldContain("MaxEntries");
        (await inUse).Code.ShouldBe(1);
        (await inUse).Error.ShouldContain("in use");
    }

    [Theory]
    [InlineData("stray")]
    [InlineData("--state")]
    [InlineData("--state=a", "--state=b")]
    [InlineData("--Kestrel:Limits=1")]
    [InlineData("-s", "x")]
    public void What_is_no_option_is_refused(params string[] arguments) =>
        Should.Throw<CommandLineException>(() => CommandLine.Parse(arguments));

    [Fact]
    public void Options_become_configuration() =>
        CommandLine.Parse(["--state", "a b", "--max-entries=7", "--Registry:MaxWatchers", "3"]).ShouldBe(
            new Dictionary<string, string?>
            {
                ["Registry:State"] = "a b",
                ["Registry:MaxEntries"] = "7",
                ["Registry:MaxWatchers"] = "3",
            },
            ignoreOrder: true);

    [Fact]
    public async Task An_unknown_key_of_its_section_is_refused()
    {
        var (code, error) = await RegistryProcess.RunAsync("--state", _directory.Path, "--Registry:Colour", "red");

        code.ShouldBe(2);
        error.ShouldContain("Colour");
    }
}
