using Microsoft.Extensions.Options;
using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>Refuses options the registry would refuse, and those no call could work with.</summary>
internal sealed class MuLambdaClientOptionsValidator : IValidateOptions<MuLambdaClientOptions>
{
    public ValidateOptionsResult Validate(string? name, MuLambdaClientOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        if (options.Criteria is not { Required: not null, Desired: not null })
        {
            faults.AddError("must be set, with what is required and what is desired.", nameof(options.Criteria));
        }
        else
        {
            // By the very rules the registry has; its paths are the options' names in camelCase.
            foreach (var fault in CatalogValidation.Validate(options.ToClient(probeEndpoint: null)))
            {
                faults.AddError(fault.Message, fault.Path);
            }
        }

        CheckAddress(faults, nameof(options.Registry), options.Registry, "services:registry:http:0");
        CheckAddress(faults, nameof(options.Selector), options.Selector, "services:selector:http:0");
        if (options.ProbeEndpoint is not null && !Addresses.IsHttp(options.ProbeEndpoint))
        {
            faults.AddError("must be an absolute http or https URL.", nameof(options.ProbeEndpoint));
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > CallOptions.LongestTimeout)
        {
            faults.AddError($"must be above 0 and at most {CallOptions.LongestTimeout}.", nameof(options.Timeout));
        }

        if (options.MaxAttempts is < 1 or > 100)
        {
            faults.AddError("must be from 1 to 100.", nameof(options.MaxAttempts));
        }

        return faults.Build();
    }

    private static void CheckAddress(ValidateOptionsResultBuilder faults, string field, Uri? value, string key)
    {
        if (!Addresses.IsHttp(value))
        {
            faults.AddError(
                value is null
                    ? $"is not set, and neither is configuration {key}."
                    : $"is '{value}'; it must be an absolute http or https URL.",
                field);
        }
    }
}
