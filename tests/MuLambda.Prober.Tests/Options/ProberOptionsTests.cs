using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MuLambda.Prober.Executors;
using MuLambda.Prober.Options;
using MuLambda.ServiceDefaults.Discovery;

namespace MuLambda.Prober.Tests.Options;

public class ProberOptionsTests
{
    [Theory]
    [InlineData("Prober:Node", "Local", "Prober:Node is 'Local'")]
    [InlineData("Prober:PollSeconds", "0", "PollSeconds")]
    [InlineData("Prober:ProbeWindow", "0", "ProbeWindow")]
    [InlineData("Prober:ProbeConcurrency", "5000", "ProbeConcurrency")]
    [InlineData("Prober:FailuresBeforeFailed", "0", "FailuresBeforeFailed")]
    [InlineData("Prober:LeaseSeconds", "2", "Prober:LeaseSeconds is 2; it must be from 3")]
    [InlineData("Prober:LeaseSeconds", "NaN", "Prober:LeaseSeconds")]
    [InlineData("Prober:ProbeTimeoutSeconds", "6", "longer than the interval of 5")]
    [InlineData("Prober:ProbeDelayMs", "2000", "leaves nothing of the 2 s")]
    [InlineData("Prober:ProbeDelayMs", "-1", "ProbeDelayMs")]
    [InlineData("Prober:Allow:0", "10.0.0.0/99", "Prober:Allow has '10.0.0.0/99'")]
    [InlineData("Prober:SocketDirectory", "run", "not an absolute path")]
    [InlineData("Prober:Registry", "registry", "Prober:Registry is 'registry'")]
    [InlineData("Prober:Executors:0:Id", "Digits", "Prober:Executors:0:Id is 'Digits'")]
    [InlineData("Prober:Executors:0:Models:0", "Digits*", "Prober:Executors:0:Models:0 is 'Digits*'")]
    [InlineData("Prober:Executors:0:Models:0", "!digits-*", "Prober:Executors:0:Models has exceptions only")]
    [InlineData("Prober:Executors:0:Id", "digits", "'digits' has no address: configure services:digits:http:0")]
    [InlineData("Prober:Executors:0:Rest", "http://127.0.0.1:1", "Prober:Executors:0:Id is ''")]
    [InlineData("Prober:ProbeIntervall", "5", "ProbeIntervall")]
    [InlineData("Prober:PollSeconds", "soon", "Prober:PollSeconds")]
    public async Task A_wrong_option_ends_the_start_with_its_name(string key, string value, string message)
    {
        var failure = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var app = ProberApplication.Build(new ProberArguments { Urls = "http://127.0.0.1:0" }, builder =>
                builder.Configuration.AddInMemoryCollection(
                    new Dictionary<string, string?> { ["services:registry:http:0"] = "http://127.0.0.1:1", [key] = value }));
            await app.StartAsync();
        });

        failure.ShouldSatisfyAllConditions(
            () => (failure is OptionsValidationException or InvalidOperationException).ShouldBeTrue(),
            () => failure.Message.ShouldContain(message));
    }

    [Fact]
    public void Without_a_registry_there_is_nothing_to_do() =>
        Validate(new ProberOptions(), []).ShouldContain("give --registry or configure services:registry:http:0");

    [Fact]
    public void The_same_executor_twice_is_an_error()
    {
        var options = new ProberOptions { Registry = "http://127.0.0.1:1" };
        options.Executors.Add(new ExecutorOptions { Id = "digits", Rest = "http://127.0.0.1:2" });
        options.Executors.Add(new ExecutorOptions { Id = "digits", Rest = "http://127.0.0.1:3" });

        Validate(options, []).ShouldContain("'digits' is given 2 times");
    }

    [Fact]
    public void Several_addresses_of_a_name_are_replicas()
    {
        var options = new ProberOptions { SocketDirectory = "/run/mulambda" };
        options.Executors.Add(new ExecutorOptions { Id = "digits" });
        options.Executors.Add(new ExecutorOptions { Id = "faces", Models = { "age", "gender" } });

        var targets = ExecutorTargets.Resolve(options, Endpoints(new()
        {
            ["services:digits:http:0"] = "http://127.0.0.1:1",
            ["services:digits:http:1"] = "http://127.0.0.1:2",
            ["services:digits:grpc:0"] = "http://127.0.0.1:3",
            ["services:digits:grpc:1"] = "http://127.0.0.1:4",
            ["services:faces:http:0"] = "http://127.0.0.1:5",
        }));

        targets.Select(target => target.Id).ShouldBe(["digits-0", "digits-1", "faces"]);
        targets.Select(target => target.Rest.Port).ShouldBe([1, 2, 5]);
        targets.Select(target => target.Grpc?.Port).ShouldBe([3, 4, null]);
        targets.Select(target => target.Socket).ShouldBe(
            ["/run/mulambda/digits-0.sock", "/run/mulambda/digits-1.sock", "/run/mulambda/faces.sock"]);
        targets[1].Models.All.ShouldBe(["digits"]);
        targets[2].Models.All.ShouldBe(["age", "gender"]);
    }

    [Fact]
    public async Task The_command_line_gives_executors_with_their_models()
    {
        var arguments = await ParseAsync(
            "--node", "edge", "--executor", "digits", "--executor", "faces=age,gender",
            "--allow", "10.0.0.0/8", "--allow", "::1", "--probe-interval", "2.5", "--probe-delay", "30");

        var options = new ProberOptions();
        arguments!.ApplyTo(options);

        options.Node.ShouldBe("edge");
        options.Executors.Select(executor => executor.Id).ShouldBe(["digits", "faces"]);
        options.Executors[1].Models.ShouldBe(["age", "gender"]);
        options.Allow.ShouldBe(["10.0.0.0/8", "::1"]);
        options.ProbeSeconds.ShouldBe(2.5);
        options.ProbeTimeoutSeconds.ShouldBe(2);
        options.ProbeDelayMs.ShouldBe(30);
    }

    [Theory]
    [InlineData("--probe-intervall", "5")]
    [InlineData("--probe-interval", "often")]
    [InlineData("stray")]
    [InlineData("--node")]
    public async Task An_unknown_or_malformed_argument_starts_nothing(params string[] arguments) =>
        (await ParseAsync(arguments)).ShouldBeNull();

    private static async Task<ProberArguments?> ParseAsync(params string[] arguments)
    {
        ProberArguments? parsed = null;
        var result = ProberCommand.Create((given, _) =>
        {
            parsed = given;
            return Task.FromResult(0);
        }).Parse(arguments);
        if (result.Errors.Count == 0)
        {
            await result.InvokeAsync();
        }

        return parsed;
    }

    private static string Validate(ProberOptions options, Dictionary<string, string?> services) =>
        new ProberOptionsValidator(Endpoints(services)).Validate(null, options).FailureMessage ?? "";

    private static ServiceEndpoints Endpoints(Dictionary<string, string?> services) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(services).Build());
}
