using Digits;
using Digits.Classify;
using Digits.Page;
using Microsoft.Extensions.Configuration.Memory;
using MuLambda.Catalog;
using MuLambda.Client;
using MuLambda.ServiceDefaults;
using MuLambda.ServiceDefaults.Configuration;

var builder = WebApplication.CreateBuilder(args);

// A line for every request and probe says nothing; configuration may ask for them.
builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
{
    InitialData = [new("Logging:LogLevel:Microsoft.AspNetCore", nameof(LogLevel.Warning))],
});
builder.AddServiceDefaults();
builder.Services.AddValidatedOptions<DigitsOptions>(DigitsOptions.Section);

var digits = builder.Configuration.GetSection(DigitsOptions.Section).Get<DigitsOptions>() ?? new DigitsOptions();
builder.Services.AddMuLambdaClient(digits.Id, client =>
{
    client.Criteria = new Criteria(
        new Traits("classification", "image", "label"), new Preference(digits.Latency, digits.Accuracy));
    client.Node = digits.Node;
});

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapMuLambdaProbe();
app.MapPage();
app.MapClassify();
app.Run();
