using System.CommandLine;

namespace MuLambda.Cli.Commands;

/// <summary>The options every command has.</summary>
internal sealed class GlobalOptions
{
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write the result as JSON to standard output, and nothing else; errors go as JSON to standard error",
        Recursive = true,
    };

    public Option<string?> Registry { get; } = Url("--registry", "The registry's URL");

    public Option<string?> Selector { get; } = Url("--selector", "The selector's URL");

    public Option<string?> State { get; } = new("--state")
    {
        Description = "The platform's state directory, whose endpoints.json has the URLs [default: the .mulambda found from the current directory upwards]",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<TimeSpan?> Timeout { get; } = TimeOption.Create(
        "--timeout",
        "How long a call to the platform may take, or a launch until it serves; a number alone is seconds [default: 10 for select and infer, 120 for a launch, 600 for an upload, otherwise 30]",
        TimeSpan.FromMilliseconds(1),
        TimeSpan.FromHours(1));

    public Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours; the same as NO_COLOR in the environment. Only a terminal gets any",
        Recursive = true,
    };

    public GlobalOptions() => Timeout.Recursive = true;

    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { Json, Registry, Selector, State, Timeout, NoColor })
        {
            root.Options.Add(option);
        }
    }

    private static Option<string?> Url(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "URL", Recursive = true };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value && !Endpoints.EndpointResolver.IsHttp(value))
            {
                result.AddError($"{name} has to be an absolute http or https URL, not '{value}'.");
            }
        });
        return option;
    }
}
