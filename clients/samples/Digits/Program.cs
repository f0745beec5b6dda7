using Digits;
using Digits.Classify;
using Digits.Page;
using MuLambda.Catalog;
using MuLambda.Client;
using MuLambda.ServiceDefaults;
using MuLambda.ServiceDefaults.Configuration;

var builder = WebApplication.CreateBuilder(args);
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
