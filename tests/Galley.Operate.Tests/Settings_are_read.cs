// The settings of the log and of health, and what is said about wrong ones.

using Microsoft.Extensions.Logging;

namespace Galley.Operating.Tests;

public class Settings_are_read
{
    [Fact]
    public void The_defaults_are_right_for_production()
    {
        var backend = Backend.Create();

        Assert.Equal(LogFormat.Auto, backend.Log.Format);
        Assert.Equal(LogLevel.Information, backend.Log.Level);
        Assert.False(backend.Log.HealthRequests);
        Assert.Equal(4_194_304, backend.Log.BufferBytes);
        Assert.True(backend.Health.IsEnabled);
        Assert.Equal(TimeSpan.FromSeconds(1), backend.Health.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(1), backend.Health.FreshFor);
    }

    [Fact]
    public void Each_setting_has_a_name()
    {
        var backend = Backend.Create(["--Galley:Log:Format=text", "--Galley:Log:Level=warn", "--Galley:Log:Health=true", "--Galley:Log:BufferBytes=65536",
            "--Galley:Health=false", "--Galley:Health:Timeout=0.25", "--Galley:Health:FreshFor=00:00:05"]);

        Assert.Equal(LogFormat.Text, backend.Log.Format);
        Assert.Equal(LogLevel.Warning, backend.Log.Level);
        Assert.True(backend.Log.HealthRequests);
        Assert.Equal(65_536, backend.Log.BufferBytes);
        Assert.False(backend.Health.IsEnabled);
        Assert.Equal(TimeSpan.FromMilliseconds(250), backend.Health.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(5), backend.Health.FreshFor);
    }

    [Theory]
    [InlineData("Log:Format=xml", "the setting Galley:Log:Format is 'xml'; set Galley:Log:Format to auto, json or text.")]
    [InlineData("Log:Level=loud", "the setting Galley:Log:Level is 'loud'; set Galley:Log:Level to trace, debug, info, warn, error, critical or off.")]
    [InlineData("Log:Health=maybe", "the setting Galley:Log:Health is 'maybe'; set Galley:Log:Health to true or false.")]
    [InlineData("Log:Repeats=0", "the setting Galley:Log:Repeats is '0'; set Galley:Log:Repeats to a whole number from 1 to 1000000.")]
    [InlineData("Log:BufferBytes=5", "the setting Galley:Log:BufferBytes is '5'; set Galley:Log:BufferBytes to a whole number from 4096 to 1073741824.")]
    [InlineData("Health=perhaps", "the setting Galley:Health is 'perhaps'; set Galley:Health to true or false.")]
    public async Task A_wrong_one_stops_the_start_with_its_name_and_the_fix(string setting, string message)
    {
        await using Backend backend = Made.Backend(new CapturedStream(), setting);

        var wrong = await Assert.ThrowsAsync<StartException>(() => backend.StartAsync());

        Assert.Equal(message, wrong.Message);
    }

    [Fact]
    public void Lines_are_json_where_machines_read_and_text_where_people_do()
    {
        var options = new LogOptions { Output = Stream.Null };
        Assert.True(options.IsJson(isDevelopment: false));
        Assert.False(options.IsJson(isDevelopment: true));
        options.Format = LogFormat.Json;
        Assert.True(options.IsJson(isDevelopment: true));
        options.Format = LogFormat.Text;
        Assert.False(options.IsJson(isDevelopment: false));
    }
}
