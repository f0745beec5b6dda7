namespace MuLambda.Cli.Tests.Platform;

/// <summary>Zoos of which one place is wrong.</summary>
internal static class ZooRefusals
{
    /// <summary>Pushes the zoo after one text of its declaration has been replaced: refused, the place is named, and nothing is sent.</summary>
    public static async Task ShouldRefuseZooAsync(
        this CommandLine line, string zoo, string declaration, string right, string wrong, string named)
    {
        declaration.ShouldContain(right);
        line.Write($"models/{zoo}/zoo.json", declaration.Replace(right, wrong, StringComparison.Ordinal));

        var result = await line.RunAsync("models", "push", "--zoo", zoo);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(named);
        line.Platform.Seen.ShouldBeEmpty();
    }
}
