using System.ComponentModel.DataAnnotations;
using MuLambda.ServiceDefaults.Configuration;

namespace MuLambda.Scaler.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_command_line_is_read_strictly()
    {
        var read = CommandLine.Parse(["--state", "/x", "--pool=2", "--Scaler:DecideMs", "100", "--services:registry:http:0", "http://localhost:1"]);

        read.ShouldBe(
            new Dictionary<string, string?>
            {
                ["Scaler:State"] = "/x", ["Scaler:Pool"] = "2", ["Scaler:DecideMs"] = "100", ["services:registry:http:0"] = "http://localhost:1",
            },
            ignoreOrder: true);
        Should.Throw<CommandLineException>(() => CommandLine.Parse(["--stat", "/x"])).Message.ShouldBe("Unknown argument '--stat'.");
        Should.Throw<CommandLineException>(() => CommandLine.Parse(["--state"])).Message.ShouldBe("The option --state needs a value.");
        Should.Throw<CommandLineException>(() => CommandLine.Parse(["--pool=1", "--pool=2"])).Message.ShouldBe("The option --pool is given twice.");
    }

    [Fact]
    public void Options_that_contradict_each_other_end_the_start()
    {
        Check(new ScalerOptions()).ShouldBeEmpty();
        Check(new ScalerOptions { BackoffSeconds = 10, MaxBackoffSeconds = 1 }).ShouldBe(["MaxBackoffSeconds is less than BackoffSeconds."]);
        Check(new ScalerOptions { DrainSettleSeconds = 10, DrainGraceSeconds = 1 }).ShouldBe(["DrainGraceSeconds is less than DrainSettleSeconds."]);
        Check(new ScalerOptions { Executor = "/nowhere/executor" }).ShouldBe(["Executor is '/nowhere/executor', which does not exist."]);
        Check(new ScalerOptions { Registry = new Uri("ftp://x") }).ShouldBe(["Registry must be an absolute http or https URL."]);
    }

    private static List<string?> Check(ScalerOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage)];
    }
}
