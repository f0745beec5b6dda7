using System.CommandLine;
using System.Globalization;

namespace MuLambda.Executor.Options;

/// <summary>Options that are numbers within limits.</summary>
internal static class NumberOption
{
    public static Option<T> Create<T>(string name, double least, double most, string helpName, string description)
    {
        var option = new Option<T>(name) { HelpName = helpName, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<T>() is not IConvertible value)
            {
                return;
            }

            if (!(value.ToDouble(null) >= least && value.ToDouble(null) <= most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {least} to {most}."));
            }
        });
        return option;
    }
}
