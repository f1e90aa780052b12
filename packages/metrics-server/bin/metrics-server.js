#!/usr/bin/env node
require('@typekube/component-base/bundle').load(__dirname + '/../dist/bundle/metrics-server.js');
