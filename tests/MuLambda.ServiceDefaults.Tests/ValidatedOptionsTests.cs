using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MuLambda.ServiceDefaults.Configuration;

namespace MuLambda.ServiceDefaults.Tests;

public sealed class ValidatedOptionsTests
{
    [Fact]
    public async Task Valid_options_are_bound()
    {
        await using var service = await StartAsync("5");

        service.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_value_outside_its_range_ends_the_start_naming_option_and_limit()
    {
        var error = await Should.ThrowAsync<OptionsValidationException>(() => StartAsync("11"));

        error.Message.ShouldContain("Retries");
        error.Message.ShouldContain("10");
    }

    [Fact]
    public async Task A_key_that_the_options_do_not_have_ends_the_start_naming_it()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync("5", ("Sample:Retires", "5")));

        error.ToString().ShouldContain("Retires");
    }

    private static Task<ServiceUnderTest> StartAsync(string retries, params (string Key, string Value)[] more) =>
        ServiceUnderTest.StartAsync(
            _ => { },
            more.Append(("Sample:Retries", retries)).ToDictionary(s => s.Item1, s => (string?)s.Item2),
            builder => builder.Services.AddValidatedOptions<SampleOptions>("Sample"));

    private sealed class SampleOptions
    {
        [Range(1, 10)]
        public int Retries { get; set; }
    }
}
