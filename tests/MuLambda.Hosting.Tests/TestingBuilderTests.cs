using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class TestingBuilderTests
{
    private static readonly string[] NoContainers = ["--container-command", "none"];

    [Fact]
    public async Task An_AppHost_starts_from_a_test_and_its_processes_and_state_go_with_it()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Program>(NoContainers, deadline.Token);
        builder.Resources.Select(r => r.Name).ShouldBe(["greeting", "worker", "web"]);
        var state = builder.Configuration["MuLambda:State"]!;
        int pid;
        await using (var app = await builder.BuildAsync(deadline.Token))
        {
            await app.StartAsync(deadline.Token);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("web", deadline.Token);
            using var client = app.CreateHttpClient("web");
            pid = app.GetProcessIds("web").ShouldHaveSingleItem();
            (await client.GetStringAsync("/pid", deadline.Token)).ShouldBe(pid.ToString(CultureInfo.InvariantCulture));
            File.ReadAllText(Path.Combine(state, "host.log")).ShouldContain("web is healthy");
        }

        ProcessTable.Runs(pid).ShouldBeFalse();
        Directory.Exists(state).ShouldBeFalse();
    }

    [Fact]
    public async Task Two_applications_run_side_by_side_on_their_own_states_and_ports()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var entryPoint = typeof(Program);
        var both = await Task.WhenAll(
            DistributedApplicationTestingBuilder.CreateAsync(entryPoint, NoContainers, deadline.Token),
            DistributedApplicationTestingBuilder.CreateAsync(entryPoint, NoContainers, deadline.Token));
        var apps = both.Select(b => b.Build()).ToList();
        await Task.WhenAll(apps.Select(a => a.StartAsync(deadline.Token)));
        await Task.WhenAll(apps.Select(a => a.ResourceNotifications.WaitForResourceHealthyAsync("web", deadline.Token)));

        both[0].Configuration["MuLambda:State"].ShouldNotBe(both[1].Configuration["MuLambda:State"]);
        apps[0].GetEndpoint("web").ShouldNotBe(apps[1].GetEndpoint("web"));
        await Task.WhenAll(both.Select(b => b.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_given_state_directory_is_kept_private_and_free_of_half_written_files()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var state = Directory.CreateTempSubdirectory("hosting-").FullName;
        await using (var builder = await DistributedApplicationTestingBuilder.CreateAsync<Program>([.. NoContainers, "--state", state, "--no-samples"], deadline.Token))
        {
            builder.Configuration["MuLambda:State"].ShouldBe(state);
            builder.Configuration["MuLambda:Samples"].ShouldBe("false");
            builder.Configuration["MuLambda:Containers"].ShouldBe("false");
            var app = await builder.BuildAsync(deadline.Token);
            await app.StartAsync(deadline.Token);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("web", deadline.Token);

            var file = Path.Combine(state, "endpoints.json");
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(state).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var web = JsonDocument.Parse(await File.ReadAllTextAsync(file, deadline.Token)).RootElement.GetProperty("resources").GetProperty("web");
            web.GetProperty("state").GetString().ShouldBe(KnownResourceStates.Running);
            web.GetProperty("endpoints").GetProperty("http")[0].GetString().ShouldBe(app.GetEndpoint("web").OriginalString);
            web.GetProperty("pids").GetArrayLength().ShouldBe(1);
        }

        Directory.Exists(state).ShouldBeTrue();
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task A_wrong_command_line_is_thrown()
    {
        (await Should.ThrowAsync<DistributedApplicationException>(() => DistributedApplicationTestingBuilder.CreateAsync<Program>(["--bogus"])))
            .Message.ShouldContain("--bogus");
    }

    [Fact]
    public async Task Waiting_for_what_fails_ends_with_the_reason()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Program>(NoContainers);
        builder.AddExecutable("absent", "no-such-program-anywhere", ".");
        await using var app = builder.Build();
        await app.StartAsync();

        (await Should.ThrowAsync<DistributedApplicationException>(() => app.ResourceNotifications.WaitForResourceHealthyAsync("absent").WaitAsync(TimeSpan.FromSeconds(60))))
            .Message.ShouldBe("Resource 'absent' is FailedToStart: The program 'no-such-program-anywhere' was not found.");
    }
}
